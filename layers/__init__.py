"""Map layers: what is drawn, in what colours, and how it reaches the browser; no Streamlit."""
