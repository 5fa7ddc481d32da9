"""What a person or a machine asks for: import, export, doctor, demo."""
