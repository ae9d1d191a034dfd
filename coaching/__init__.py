"""People and programmes: a package of small apps."""
