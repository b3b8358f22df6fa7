"""Retrains a model of a running service every Sunday, after the task that delivers its rows.

A run that the gate refuses is skipped: the old model stays, and what waits for a new one is skipped too.
"""

import pendulum
from airflow import DAG
from airflow.operators.bash import BashOperator

COMMAND = "latentry retraining pump --service http://latentry:8080 --start --wait"

with DAG(
    dag_id="latentry_retrain",
    schedule="0 3 * * 0",
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
) as dag:
    BashOperator(
        task_id="retrain",
        bash_command=COMMAND,
        skip_on_exit_code=5,
        append_env=True,
        env={"LATENTRY_API_KEY": "{{ var.value.latentry_admin_key }}"},
    )
