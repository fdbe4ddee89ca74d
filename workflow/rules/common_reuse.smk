# What a language's tables are made of, and which of them another experiment has already (rules: reuse.smk).
import hashlib
import inspect
import types

from awe.reuse import DEPENDS_ON, read_stages, reusable


def table_rules(language):
    """The rules that make a language's tables, by name."""
    names = ["corpus", "lexicon", "align", "vectors", "tokens", "features"]
    return {
        name: getattr(rules, name)
        for name in (["synthesise"] if is_synthetic(language) else []) + names
    }


def made_of(rule, language):
    """What decides a rule's outputs: its params, command and data root, and the files that the configuration names.

    Params that depend on the inputs are left out: those are outputs of the rules before.
    """
    wildcards = types.SimpleNamespace(language=language, shard="0000")
    command = hashlib.sha256(rule.rule.shellcmd.encode()).hexdigest()[:16]
    values = {"data_root": EXPERIMENT.data_root, "command": command}
    for name, value in rule.params.items():
        if not callable(value):
            values[name] = value
        elif list(inspect.signature(value).parameters) == ["wildcards"]:
            values[name] = from_json(value(wildcards))
    named = [item(wildcards) for item in rule.input if callable(item)]
    paths = [path for paths in named if not isinstance(paths, str) for path in paths]
    values["files"] = {
        path: stamp(path)
        for path in sorted(map(str, paths))
        if path.startswith(f"{EXPERIMENT.data_root}/")
    }
    return values


def from_json(value):
    """The values of a param that is JSON, so that a differing key can be named; any other param as it is."""
    return json.loads(value) if str(value).startswith("{") else value


def stamp(path):
    """Size and time of a file: enough to notice another one."""
    status = Path(path).stat() if Path(path).exists() else None
    return status and [status.st_size, status.st_mtime_ns]


def table_files(rule, language):
    """A rule's outputs, relative to the language's folder."""
    count = EXPERIMENT.languages[language].features.shards
    relative = [str(output).split("{language}/", 1)[1] for output in rule.output]
    return expand(relative, shard=[f"{shard:04d}" for shard in range(count)])


def tables_of(language, names=None):
    """Paths of all tables that rules of these names make, by default all rules."""
    return [
        directory(path) if name == "synthesise" else path
        for name, rule in table_rules(language).items()
        if names is None or name in names
        for path in (
            f"<experiment>/{language}/{file}" for file in table_files(rule, language)
        )
    ]


def stages_of(wildcards):
    """A param: for each stage what tables.json says of it, but for the hashes."""
    language = wildcards.language
    stages = {
        name: {
            "made_of": made_of(rule, language),
            "files": table_files(rule, language),
            "taken_from": (
                EXPERIMENT.reuse if name in REUSED.get(language, []) else None
            ),
        }
        for name, rule in table_rules(language).items()
    }
    return to_json(stages)


def folder_of(language, experiment):
    """Folder of a language's tables in an experiment beside this one."""
    own = Path(rules.tables.output[0].format(language=language))
    return own.parents[2] / experiment / language


def taken_over(language):
    """Names of the stages whose tables come from the experiment that the key reuse names.

    Once they lie here, that experiment may be moved away: then this one's own record says what came from there.
    """
    own = folder_of(language, EXPERIMENT.experiment) / "tables.json"
    other = folder_of(language, EXPERIMENT.reuse) / "tables.json"
    if other.parents[1].exists() and not other.parent.exists():
        say_once(f"{language}: not in {other.parents[1]}, computed here")
        return []
    if not other.exists() and not own.exists():
        raise WorkflowError(
            f"config.reuse: {other} is missing; finish that experiment first, or remove the key"
        )
    try:
        record = read_stages(other if other.exists() else own)
    except AweError as error:
        raise WorkflowError(str(error)) from None
    mine = {
        name: made_of(rule, language) for name, rule in table_rules(language).items()
    }
    taken, reasons = reusable(mine, record)
    if not other.exists():
        taken = [name for name in taken if record[name].get("taken_from")]
    computed = ", ".join(
        f"{name} ({why})" if why else name for name, why in reasons.items()
    )
    say_once(
        f"{language}: taken over from {other.parent}: {', '.join(taken) or 'nothing'}; computed: {computed or 'nothing'}"
    )
    return taken


def say_once(line):
    """Tell the user while the workflow is read, but not again in every job on a cluster."""
    if workflow.is_main_process:
        logger.info(line)
