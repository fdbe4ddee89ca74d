import functools
import json
import re
import sys
from pathlib import Path

try:
    import awe.config
except ModuleNotFoundError:  # Snakemake stands in another environment than the package
    sys.path.insert(0, str(Path(workflow.basedir) / "src"))

from awe import plugins
from awe.config import parse_experiment
from awe.environment import name_checkout, put_own_commands_first
from awe.errors import AweError
from awe.fingerprint import fingerprint
from awe.leftovers import leftovers
from awe.named_files import named_files
from awe.report.captions import caption, title
from awe.report.plan import Plan
from awe.training.options import job_options
from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

put_own_commands_first()
name_checkout()

try:
    EXPERIMENT = parse_experiment(
        {key: value for key, value in config.items() if key != "pathvars"}
    )
except AweError as error:
    raise WorkflowError(str(error)) from None

ANALYSES = [
    f"evaluation.analyses.{name}"
    for name in EXPERIMENT.analysis.analyses or plugins.names("evaluation.analyses")
]
FIGURES = EXPERIMENT.figures or {name: {} for name in plugins.names("report.figures")}
TABLES = EXPERIMENT.tables or {name: {} for name in plugins.names("report.tables")}
CANDIDATES = {
    name: setting.candidate_options() for name, setting in EXPERIMENT.settings.items()
}


def one_of(names):
    """A wildcard constraint that admits these names only; with no names, nothing."""
    return "|".join(map(re.escape, names)) or "(?!)"


# seconds of reading small tables: not worth a cluster's queue
localrules:
    boundaries,
    lemmas,
    select,
    table_aligner_errors,
    table_funnel,
    table_table1,


pathvars:
    experiment=f"<results>/{EXPERIMENT.experiment}",
    language="<experiment>/{language}",
    report="<experiment>/report",
    logs="<experiment>/logs",
    benchmarks="<experiment>/benchmarks",


wildcard_constraints:
    language=one_of(EXPERIMENT.languages),
    setting=one_of(EXPERIMENT.settings),
    candidate=one_of({name for named in CANDIDATES.values() for name in named}),
    seed="[0-9]+",
    shard="[0-9]{4}",


def languages_where(condition):
    """Names of the languages whose configuration meets a condition."""
    return [name for name, one in EXPERIMENT.languages.items() if condition(one)]


def options(section):
    """A param: one section of a language's configuration as JSON with a fixed order of keys."""

    def as_json(wildcards):
        return to_json(getattr(EXPERIMENT.languages[wildcards.language], section))

    return as_json


def to_json(model):
    """JSON of a model or of plain values; the same values give the same text."""
    values = model.model_dump(mode="json") if hasattr(model, "model_dump") else model
    return json.dumps(values, sort_keys=True, ensure_ascii=False)


def fixed(value):
    """A param that is the same for all jobs; as a function, so that Snakemake does not take its braces for wildcards."""
    return lambda wildcards: value


def code(*modules):
    """A param: fingerprint of the code that a rule runs, so that editing it reruns the rule."""
    return fingerprint(f"awe.{module}" for module in modules)


def in_data_root(paths):
    """Files below the data root, as inputs, so that changed ones are read again; not below the prefix of a module."""
    return [local(f"{EXPERIMENT.data_root}/{path}") for path in paths if path]


def files_named_for(rule):
    """An input: the files that the configuration names and a rule reads.

    Of one that is missing and needed, Snakemake would say neither which key names it nor where it comes from.
    """

    def paths(wildcards):
        files = [
            one
            for one in named_files(EXPERIMENT.languages[wildcards.language])
            if one.rule == rule
        ]
        made = Path(
            str(getattr(rules, rule).output[0]).format(language=wildcards.language)
        )
        for one in files:
            if not made.exists() and not Path(EXPERIMENT.data_root, one.path).exists():
                say_missing(one.missing(wildcards.language, EXPERIMENT.data_root))
        return in_data_root(one.path for one in files)

    return paths


@functools.cache
def say_missing(line):
    """Say it once, although Snakemake asks for a job's inputs several times."""
    if workflow.is_main_process:
        logger.error(line)


def is_synthetic(language):
    return EXPERIMENT.languages[language].corpus.reader == "synthetic"


def made_audio(wildcards):
    """The embedded corpus as an input; corpora that lie on the disk are not tracked."""
    return "<language>/synthesis" if is_synthetic(wildcards.language) else []


def audio_folder(wildcards, input):
    """A param: the folder that audio paths are relative to."""
    return input.audio or EXPERIMENT.data_root


def shards(wildcards):
    """All shards of a language's features."""
    count = EXPERIMENT.languages[wildcards.language].features.shards
    return [
        f"<experiment>/{wildcards.language}/features/shard-{shard:04d}.parquet"
        for shard in range(count)
    ]


def training_options(wildcards):
    """A param: everything that decides what one job computes."""
    setting = EXPERIMENT.settings[wildcards.setting]
    model, training = EXPERIMENT.model.model_dump(), EXPERIMENT.training.model_dump()
    return to_json(
        job_options(model, training, setting, wildcards.candidate, int(wildcards.seed))
    )


def jobs(kind):
    """An input: one file of each job of a setting, all candidates and seeds."""

    def paths(wildcards):
        return [
            f"<experiment>/{wildcards.language}/training/{wildcards.setting}/{candidate}/seed-{seed}/{kind}"
            for candidate in CANDIDATES[wildcards.setting]
            for seed in EXPERIMENT.seeds
        ]

    return paths


def aligned():
    """The tables that the quality of the alignment is read from."""
    return expand(
        [
            "<experiment>/{language}/corpus/utterances.parquet",
            "<experiment>/{language}/lexicon/lexicon.parquet",
            "<experiment>/{language}/alignment/alignment.parquet",
            "<experiment>/{language}/alignment/rejects.parquet",
            "<experiment>/{language}/alignment/boundary_errors.csv",
        ],
        language=EXPERIMENT.languages,
    )


def all_made_audio():
    """The embedded corpora of an experiment, as inputs."""
    return expand(
        "<experiment>/{language}/synthesis",
        language=languages_where(lambda one: one.corpus.reader == "synthetic"),
    )


def evaluated():
    """Everything that the report is made of."""
    return expand(
        [
            "<experiment>/{language}/corpus/rejects.parquet",
            "<experiment>/{language}/lexicon/rejects.parquet",
            "<experiment>/{language}/semantics/rejects.parquet",
            "<experiment>/{language}/alignment/rejects.parquet",
            "<experiment>/{language}/alignment/boundary_errors.csv",
            "<experiment>/{language}/tokens/rejects.parquet",
            "<experiment>/{language}/tokens/tokens.parquet",
            "<experiment>/{language}/lemmas/lemmas.parquet",
            "<experiment>/{language}/evaluation/baselines.parquet",
        ],
        language=EXPERIMENT.languages,
    ) + expand(
        [
            "<experiment>/{language}/evaluation/{setting}/seed-{seed}/scores.parquet",
            "<experiment>/{language}/evaluation/{setting}/seed-{seed}/queries.parquet",
            "<experiment>/{language}/evaluation/{setting}/seed-{seed}/left_out.parquet",
            "<experiment>/{language}/evaluation/{setting}/seed-{seed}/findings.parquet",
        ],
        language=EXPERIMENT.languages,
        setting=EXPERIMENT.settings,
        seed=EXPERIMENT.seeds,
    )


def report_table_inputs(table):
    """What a table of the report is made of; Table 1 is there before anything is trained."""
    if table == "table1":
        return expand(
            "<experiment>/{language}/tokens/tokens.parquet",
            language=EXPERIMENT.languages,
        )
    return evaluated()


def audio_folders():
    """A param: for each language the folder that its audio paths are relative to."""
    return [
        part
        for language in EXPERIMENT.languages
        for part in (
            "--audio-folder",
            language,
            (
                rules.synthesise.output[0].format(language=language)
                if is_synthetic(language)
                else EXPERIMENT.data_root
            ),
        )
    ]


def claim_options():
    """A param: how settings are compared."""
    return to_json(
        {**EXPERIMENT.evaluation.model_dump(), **EXPERIMENT.claims.model_dump()}
    )


def figure_files():
    return expand("<report>/{figure}.pdf", figure=FIGURES)


def pictures():
    return expand("<report>/{figure}.png", figure=FIGURES)


def report_files():
    """Everything that `rule all` makes."""
    return [
        *figure_files(),
        *expand(
            "<report>/{table}.html", table=[*TABLES, "answers", "claims", "scores"]
        ),
        "<report>/overview.html",
        "<report>/explorer.html",
        "<report>/alignment_quality.html",
        "<report>/summary.md",
        "<experiment>/provenance.json",
    ]


def name_leftovers():
    """Tell the user what lies in the results from another configuration, lest it be taken for this one's."""
    results = Path(rules.provenance.output[0]).parent
    made = [Path(path) for rule in workflow.rules for path in rule.output]
    stems = {path.stem for path in made if path.parent.name == "report"}
    others = [path for path in results.glob("report/*") if path.stem not in stems]
    found = [
        path.relative_to(results) for path in [*leftovers(results, EXPERIMENT), *others]
    ]
    if found:
        print(
            f"{results} also holds results of another configuration; delete them if they are not wanted:"
            f" {', '.join(map(str, sorted(found)))}"
        )


def growing(amount, with_mfa=None):
    """A resource that starts with an amount, another one with MFA, and asks for that much more at every retry."""

    def asked(wildcards, attempt):
        return attempt * (with_mfa if with_mfa and uses_mfa(wildcards) else amount)

    return asked


def named_models(wildcards):
    """An input: the aligner's models that are files, so that changed ones are used again; MFA finds the others by name."""
    chosen = EXPERIMENT.languages[wildcards.language].alignment.options
    names = [chosen.get(key, "") for key in ("acoustic_model", "dictionary")]
    return [path for path in in_data_root(names) if Path(path).is_file()]


def uses_mfa(wildcards):
    return EXPERIMENT.languages[wildcards.language].alignment.aligner == "mfa"
