"""Pages, calendars and shortcuts: what a browser or a desktop follows."""
