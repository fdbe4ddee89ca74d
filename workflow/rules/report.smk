REPORT = RESULTS + "/report"
PLAN = to_json(
    {
        "experiment": EXPERIMENT.experiment,
        "languages": {name: one.name for name, one in EXPERIMENT.languages.items()},
        "settings": list(EXPERIMENT.settings),
        "seeds": EXPERIMENT.seeds,
    }
)


def evaluated():
    """Everything that the report is made of."""
    return (
        expand(
            [
                RESULTS + "/{language}/corpus/rejects.parquet",
                RESULTS + "/{language}/lexicon/rejects.parquet",
                RESULTS + "/{language}/semantics/rejects.parquet",
                RESULTS + "/{language}/alignment/rejects.parquet",
                RESULTS + "/{language}/alignment/boundary_errors.csv",
                RESULTS + "/{language}/tokens/rejects.parquet",
                RESULTS + "/{language}/tokens/tokens.parquet",
                RESULTS + "/{language}/evaluation/baselines.parquet",
            ],
            language=EXPERIMENT.languages,
        )
        + expand(
            [
                RESULTS
                + "/{language}/evaluation/{setting}/seed-{seed}/scores.parquet",
                RESULTS
                + "/{language}/evaluation/{setting}/seed-{seed}/queries.parquet",
            ],
            language=EXPERIMENT.languages,
            setting=EXPERIMENT.settings,
            seed=EXPERIMENT.seeds,
        )
    )


def figure_files():
    return expand(REPORT + "/{figure}.pdf", figure=EXPERIMENT.figures)


def report_files():
    """Everything that `rule all` makes."""
    return [
        *figure_files(),
        REPORT + "/table1.md",
        REPORT + "/funnel.md",
        REPORT + "/summary.md",
        RESULTS + "/provenance.json",
    ]


rule figures:
    input:
        figure_files(),
        REPORT + "/table1.md",


for FIGURE in EXPERIMENT.figures:

    rule:
        name:
            f"figure_{FIGURE}"
        input:
            evaluated(),
        output:
            pdf=f"{REPORT}/{FIGURE}.pdf",
            svg=f"{REPORT}/{FIGURE}.svg",
            csv=f"{REPORT}/{FIGURE}.csv",
            png=report(
                f"{REPORT}/{FIGURE}.png",
                caption=f"../report/{FIGURE}.rst",
                category="Figures",
                labels={"figure": FIGURE.replace("_", " ")},
            ),
        params:
            figure=FIGURE,
            options=to_json(EXPERIMENT.figures[FIGURE]),
            plan=PLAN,
            results=RESULTS,
            stem=subpath(output.pdf, strip_suffix=".pdf"),
            code=code("commands.figure", f"report.figures.{FIGURE}"),
        log:
            f"{RESULTS}/logs/figure-{FIGURE}.log",
        benchmark:
            f"{RESULTS}/benchmarks/figure-{FIGURE}.tsv"
        conda:
            "../../envs/awe.yaml"
        shell:
            "awe figure --figure {params.figure} --options {params.options:q} --results {params.results:q}"
            " --plan {params.plan:q} --output-stem {params.stem:q} 2>&1 | tee {log:q}"


rule table1:
    input:
        expand(
            RESULTS + "/{language}/tokens/tokens.parquet",
            language=EXPERIMENT.languages,
        ),
    output:
        csv=REPORT + "/table1.csv",
        tex=REPORT + "/table1.tex",
        markdown=report(
            REPORT + "/table1.md",
            caption="../report/table1.rst",
            category="Tables",
            labels={"table": "1, the data"},
        ),
    params:
        plan=PLAN,
        results=RESULTS,
        stem=subpath(output.csv, strip_suffix=".csv"),
        code=code("commands.table1"),
    log:
        RESULTS + "/logs/table1.log",
    benchmark:
        RESULTS + "/benchmarks/table1.tsv"
    conda:
        "../../envs/awe.yaml"
    shell:
        "awe table1 --results {params.results:q} --plan {params.plan:q} --output-stem {params.stem:q}"
        " 2>&1 | tee {log:q}"


rule funnel:
    input:
        evaluated(),
    output:
        csv=REPORT + "/funnel.csv",
        tex=REPORT + "/funnel.tex",
        markdown=report(
            REPORT + "/funnel.md",
            caption="../report/funnel.rst",
            category="Tables",
            labels={"table": "Accepted and rejected items"},
        ),
    params:
        plan=PLAN,
        results=RESULTS,
        stem=subpath(output.csv, strip_suffix=".csv"),
        code=code("commands.funnel"),
    log:
        RESULTS + "/logs/funnel.log",
    benchmark:
        RESULTS + "/benchmarks/funnel.tsv"
    conda:
        "../../envs/awe.yaml"
    shell:
        "awe funnel --results {params.results:q} --plan {params.plan:q} --output-stem {params.stem:q}"
        " 2>&1 | tee {log:q}"


rule summary:
    input:
        evaluated(),
    output:
        summary=report(
            REPORT + "/summary.md",
            caption="../report/summary.rst",
            category="Summary",
            labels={"page": "What was run, with which result"},
        ),
        scores=report(
            REPORT + "/scores.csv",
            caption="../report/scores.rst",
            category="Tables",
            labels={"table": "All test scores"},
        ),
        claims=report(
            REPORT + "/claims.csv",
            caption="../report/claims.rst",
            category="Tables",
            labels={"table": "The paper's claim"},
        ),
    params:
        plan=PLAN,
        results=RESULTS,
        notes=[f"--note={note}" for note in EXPERIMENT.notes],
        folder=subpath(output.summary, parent=True),
        code=code("commands.summary"),
    log:
        RESULTS + "/logs/summary.log",
    benchmark:
        RESULTS + "/benchmarks/summary.tsv"
    conda:
        "../../envs/awe.yaml"
    shell:
        "awe summary --results {params.results:q} --plan {params.plan:q} {params.notes:q}"
        " --output-folder {params.folder:q} 2>&1 | tee {log:q}"


rule provenance:
    input:
        evaluated(),
    output:
        RESULTS + "/provenance.json",
    params:
        config=to_json(EXPERIMENT),
        results=RESULTS,
        code=code("commands.provenance"),
    log:
        RESULTS + "/logs/provenance.log",
    benchmark:
        RESULTS + "/benchmarks/provenance.tsv"
    conda:
        "../../envs/awe.yaml"
    shell:
        "awe provenance --config {params.config:q} --results {params.results:q} --output {output:q} 2>&1 | tee {log:q}"
