#!/usr/bin/env bash
# A SLURM cluster of one node with a declared GPU on this machine, for tests/test_slurm.py.
#   cluster.sh start FOLDER               all daemons; state, keys and logs in FOLDER (an absolute path)
#   cluster.sh stop FOLDER                ends what start started
#   cluster.sh stop-controller FOLDER     a controller that is down ...
#   cluster.sh start-controller FOLDER    ... and comes back with its jobs
# Needs root and Debian's packages: apt-get install --no-install-recommends slurm-wlm munge
set -euo pipefail

FOLDER=$2
# jobs are started without SLURM_CONF, so the configuration must lie where SLURM looks by itself
SYSTEM_CONF=/etc/slurm/slurm.conf
MARK="# written by tests/slurm/cluster.sh"

write_configuration() {
    cat > "$FOLDER/slurm.conf" <<EOF
$MARK
ClusterName=test
SlurmctldHost=$(hostname)(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket=$FOLDER/munge/socket
SlurmUser=root
SlurmdUser=root
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=$FOLDER/state
SlurmdSpoolDir=$FOLDER/spool
SlurmctldPidFile=$FOLDER/slurmctld.pid
SlurmdPidFile=$FOLDER/slurmd.pid
SlurmctldLogFile=$FOLDER/slurmctld.log
SlurmdLogFile=$FOLDER/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=2
JobAcctGatherParams=OverMemoryKill
SchedulerParameters=sched_interval=2,bf_interval=2
MinJobAge=300
KillWait=5
ReturnToService=2
GresTypes=gpu
# the node says it is larger than the machine may be, so that whole groups of jobs fit
SlurmdParameters=config_overrides
NodeName=$(hostname) NodeAddr=127.0.0.1 CPUs=4 RealMemory=64000 Gres=gpu:1 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES DefaultTime=10 MaxTime=UNLIMITED State=UP
EOF
    # a GPU by name only: SLURM hands it out, one job at a time, and no driver is needed
    echo "Name=gpu File=/dev/null" > "$FOLDER/gres.conf"
}

start_munge() {
    mkdir -p "$FOLDER/munge"
    chmod 0755 "$FOLDER/munge"
    dd if=/dev/urandom of="$FOLDER/munge/key" bs=1024 count=1 status=none
    chmod 0400 "$FOLDER/munge/key"
    # --force: the folder above may be writable by others, as /tmp is
    timeout 20 munged --force --key-file="$FOLDER/munge/key" --socket="$FOLDER/munge/socket" \
        --pid-file="$FOLDER/munge/pid" --log-file="$FOLDER/munge/log" --seed-file="$FOLDER/munge/seed"
}

start_controller() {
    timeout 20 slurmctld -f "$FOLDER/slurm.conf"
}

start_node() {
    timeout 20 slurmd -f "$FOLDER/slurm.conf"
}

wait_until_idle() {
    for _ in $(seq 120); do
        if [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ]; then return; fi
        sleep 0.5
    done
    echo "the node did not come up; see $FOLDER/slurmctld.log and $FOLDER/slurmd.log" >&2
    exit 1
}

end() {
    local pid
    if [ -f "$1" ]; then
        pid=$(cat "$1")
        kill "$pid" 2>/dev/null || true
        for _ in $(seq 40); do
            kill -0 "$pid" 2>/dev/null || return 0
            sleep 0.25
        done
        kill -KILL "$pid" 2>/dev/null || true
    fi
}

case $1 in
start)
    if [ -e "$SYSTEM_CONF" ] && ! head -1 "$SYSTEM_CONF" | grep -qxF "$MARK"; then
        echo "$SYSTEM_CONF is another cluster's; nothing was started" >&2
        exit 1
    fi
    mkdir -p "$FOLDER/state" "$FOLDER/spool" /etc/slurm
    write_configuration
    cp "$FOLDER/slurm.conf" "$SYSTEM_CONF"
    cp "$FOLDER/gres.conf" /etc/slurm/gres.conf
    start_munge
    start_controller
    start_node
    wait_until_idle
    ;;
stop)
    end "$FOLDER/slurmd.pid"
    end "$FOLDER/slurmctld.pid"
    end "$FOLDER/munge/pid"
    if head -1 "$SYSTEM_CONF" 2>/dev/null | grep -qxF "$MARK"; then
        rm -f "$SYSTEM_CONF" /etc/slurm/gres.conf
    fi
    ;;
stop-controller) end "$FOLDER/slurmctld.pid" ;;
start-controller) start_controller ;;
*)
    echo "cluster.sh: start, stop, stop-controller or start-controller" >&2
    exit 2
    ;;
esac
