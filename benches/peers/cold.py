"""CPU time of a whole process: cold.py FOLDER COMMAND…; its output is JSON with `final_value` and `rebalances`."""

import json
import resource
import statistics
import subprocess
import sys

from common import line

TIMES = 5


def once(command: list[str]) -> tuple[float, str]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, done.stdout


command = sys.argv[2:]
once(command)
times, outputs = zip(*(once(command) for _ in range(TIMES)))
result = json.loads(outputs[0])
line(cpu_s=statistics.median(times), final=result["final_value"], rebalances=result["rebalances"])
