"""The mock's desks for complaints."""
