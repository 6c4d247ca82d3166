"""What people see of every service: one base page, macros, theme and a little script."""
