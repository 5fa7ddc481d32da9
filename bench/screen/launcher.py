"""The map alone on a page, with the routes of the product: what tests and benches look at in Chromium."""

import streamlit as st

from pages.web import middleware, routes, stay_local

stay_local()
app = st.App("page.py", routes=routes(), middleware=middleware())
