#!/bin/sh
# What a shell can try. The world is in the environment.
set -- "$1" $OUTSIDE
near=$2 far=$3
won() { echo "$WON" | tr . -; }

case $1 in
  files.by-path) cat "$near/secret.txt" "$far/secret.txt" ;;
  files.accounts) cat /etc/passwd /etc/shadow /etc/gshadow; getent shadow root ;;
  files.by-dots) cd "$OWN" && cat "../../../../../../../../../../../../../..$near/secret.txt"; cd "$near" && cat secret.txt ;;
  files.by-shipped-link) cat "$OWN/leak.txt" "$OWN/leak-folder/secret.txt"; ls "$OWN/leak-folder/" ;;
  files.by-made-link)
    ln -s "$near/secret.txt" "$DATA/sh-link" && cat "$DATA/sh-link"
    ln -s "$near" "$DATA/sh-folder" && cat "$DATA/sh-folder/secret.txt"
    ln "$near/secret.txt" "$DATA/sh-hard" && cat "$DATA/sh-hard"
    ;;
  files.own-process) cat "/proc/self/root$near/secret.txt" "/proc/$$/root$far/secret.txt" "/proc/self/cwd$near/secret.txt" ;;
  files.other-processes)
    for pid in 1 $PPID "$HOST" "$VICTIM"; do
      cat "/proc/$pid/environ" "/proc/$pid/root$near/secret.txt" "/proc/$pid/root$far/secret.txt" "/proc/$pid/cwd/secret.txt"
    done
    cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline
    ;;
  files.by-descriptor) for fd in /proc/self/fd/* /proc/$PPID/fd/*; do timeout 0.2 head -c 200 "$fd" </dev/null; done ;;
  files.listing) ls -a "$near" "$far" "$HOME/data" "$USER"; find / -xdev -maxdepth 3 -name 'secret*' ;;
  files.writing)
    touch "$near/marker-sh" "$far/marker-sh"
    echo x >>"$near/secret.txt"
    mv "$near/secret.txt" "$near/marker-moved"
    rm -f "$far/secret.txt"
    chmod 777 "$near/secret.txt"
    cp "$OWN/main" "$near/marker-copy"
    tar -C "$near" -cf "$DATA/packed.tar" secret.txt && tar -xOf "$DATA/packed.tar"
    ;;
  files.new-module) mkdir "$HOME/modules/marker-sh"; echo x >"$HOME/modules/marker.mjs"; echo >>"$HOME/grants.toml"; echo >>"$OWN/main" ;;
  files.temporary) for folder in /tmp /var/tmp /dev/shm /run; do touch "$folder/$MARKER-sh"; done; cat "$TEMPORARY/secret.txt" ;;
  network.tcp)
    curl -sm1 "http://127.0.0.1:$PORT/"; wget -qT1 -t1 -O- "http://127.0.0.1:$PORT/"
    nc -w1 127.0.0.1 "$PORT" </dev/null; bash -c "exec 3<>/dev/tcp/127.0.0.1/$PORT"; bash -c "echo x >/dev/udp/127.0.0.1/$UDP"
    curl -sm1 --unix-socket "$UNIX" http://x/; curl -sm1 --abstract-unix-socket "$ABSTRACT" http://x/
    curl -s "file://$near/secret.txt"
    ;;
  processes.killing)
    kill -9 "$VICTIM"; kill -TERM "$VICTIM"; kill -0 "$VICTIM" && won; kill -0 "$HOST" && won; pkill -0 -f "$ABSTRACT" && won
    ;;
  processes.staying)
    setsid sh -c "trap '' TERM HUP INT; exec sleep $STAY" </dev/null >/dev/null 2>&1 &
    (nohup sleep "$STAY" </dev/null >/dev/null 2>&1 &)
    ;;
  processes.higher)
    nsenter -t "$HOST" -m -- cat "$near/secret.txt"; nsenter -t 1 -a -- cat "$near/secret.txt"
    unshare -Urm sh -c "mount --bind / '$DATA' && cat '$DATA$near/secret.txt'; umount '$DATA'; umount -l /tmp; cat '$far/secret.txt'"
    unshare -m sh -c "umount -l /tmp; umount -l '$near'; cat '$near/secret.txt' '$far/secret.txt'"
    chroot "/proc/$HOST/root" cat "$near/secret.txt"; chroot /proc/1/root cat "$near/secret.txt"
    sudo -n cat "$near/secret.txt"; su -c "cat $near/secret.txt" </dev/null; setpriv --reuid 0 cat "$near/secret.txt"
    ;;
  processes.look) ps axe; cat /proc/[0-9]*/comm | sort | uniq -c; kill -0 "$VICTIM" && won ;;
  environment.program) env; printenv; export -p; cat /proc/self/environ ;;
  *) exit 99 ;;
esac 2>&1
exit 0
