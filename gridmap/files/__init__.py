"""Readers, in a limited child process, and writers for every table format."""
