"""What people look at in Airflow's own page: a JSON API, and the sources of the page that asks it."""
