#!/bin/sh
# Make the groups, the instructors' accounts and the exchange, and close the class's folder to students. Run it as root;
# it may be run again. COURSE_INSTRUCTORS="ada bob" names the instructors.
set -eu
course=/srv/course
groupadd --force course-students
groupadd --force course-instructors

# In a new container the homes are there, and the accounts are not.
for home in /home/*/; do
    [ -d "$home" ] || continue
    name=$(basename "$home")
    number=$(stat -c %u "$home")
    if [ "$number" -lt 1000 ] || id "$name" > /dev/null 2>&1 || getent passwd "$number" > /dev/null; then
        continue
    fi
    useradd --uid "$number" --home-dir "${home%/}" --groups course-students "$name"
done
for name in ${COURSE_INSTRUCTORS:-}; do
    id "$name" > /dev/null 2>&1 || useradd --create-home -K HOME_MODE=0700 "$name"
    usermod --groups course-instructors "$name"
done

install -d -m 0755 $course $course/hub
install -m 0644 "$(dirname "$0")/nbgrader_config.py" $course/hub/
install -d -m 2775 -g course-instructors $course/exchange

# The gradebook, what was handed in, solutions and tests: for instructors only, and for all of them.
settings=$course/class/nbgrader_config.py
grep -q groupshared $settings || echo 'c.CourseDirectory.groupshared = True  # for all instructors' >> $settings
chgrp -R course-instructors $course/class
chmod -R u=rwX,g=rwX,o= $course/class
find $course/class -type d -exec chmod g+s {} +
