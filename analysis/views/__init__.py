"""Pages and actions of one session's analysis. Its address is the session's."""
