"""
A script for the product's environment: the raw SQL of a page of the list, its median in ms on
standard output.
"""

import statistics
import time

import django
from django.db import connection

TIMES = 200
PAGE = "SELECT * FROM accounts_user WHERE email > %s ORDER BY email LIMIT 20"
MIDDLE = "m"  # about half of the made-up addresses come before it


def main():
    django.setup()
    times = []
    with connection.cursor() as cursor:
        for _ in range(TIMES):
            began = time.perf_counter()
            cursor.execute(PAGE, [MIDDLE])
            cursor.fetchall()
            times.append((time.perf_counter() - began) * 1000)
    print(statistics.median(times))


if __name__ == "__main__":
    main()
