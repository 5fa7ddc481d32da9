"""What a person sees: Streamlit pages, their parts, and the HTTP routes beside them."""
