"""What `flotilla run --gdb` has gdb do first: runs the job to the point where its ranks are loaded and none has begun."""

import os
import sys

import gdb

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

from flotilla_gdb import session

session.start()
