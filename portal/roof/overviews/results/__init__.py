"""The results chain of a programme and its indicators, in figures."""
