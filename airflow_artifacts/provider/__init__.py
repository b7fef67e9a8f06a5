"""What Airflow sees of this package. The only folder that imports Airflow."""
