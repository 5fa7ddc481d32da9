"""The morning board on the page: what is due, what was done, whom to call, and what leaves for the other system."""
