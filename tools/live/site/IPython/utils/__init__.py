"""What IPython's printer asks for."""
