"""Technicians at the booth. Their pages lie in kiosk.technician and kiosk.desk.technician."""
