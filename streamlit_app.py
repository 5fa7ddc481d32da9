"""Start gridmap's pages: `streamlit run streamlit_app.py`. A launcher, nothing else."""

import streamlit as st

from pages.web import middleware, routes, stay_local

stay_local()
app = st.App("pages/frame.py", routes=routes(), middleware=middleware())  # Streamlit finds this line by reading, so it stays as it is
