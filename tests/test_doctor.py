"""awe doctor: what is there, what is missing, with a remedy on every line that needs one."""

from argparse import Namespace
from pathlib import Path

import pytest

from awe import doctor
from awe.commands.doctor import run
from awe.errors import VerificationError
from chain import awe


def test_a_working_installation_is_said_to_work(tmp_path: Path) -> None:
    done = awe("doctor", "--results", tmp_path / "results")
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert any(line.startswith("ok") and "eSpeak NG" in line and "1.5" in line for line in lines)
    assert any("GPU (training)" in line for line in lines)
    assert any("mfa (alignment with aligner: mfa)" in line for line in lines)
    assert all(": " in line for line in lines)


def test_versions_other_than_the_locks_are_named(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("# comment\nnumpy==0.1\npytest==" + str(doctor._version("pytest")) + "\n", encoding="utf-8")
    differs, summary = doctor._locked(lock)
    assert (differs.state, differs.about) == ("differs", "package numpy")
    assert "the lock has 0.1; pip install" in differs.detail
    assert summary.detail == "1 of 2"
    (absent,) = doctor._locked(tmp_path / "none")
    assert absent.state == "absent"


def test_what_is_missing_comes_with_a_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(doctor, "_version", lambda _: None)
    found = doctor.examine(tmp_path)
    packages = [finding for finding in found if finding.state == "missing"]
    assert {"package numpy (all stages)", "snakemake (the workflow)"} <= {finding.about for finding in packages}
    assert all("pip install --requirement requirements.lock" in finding.detail for finding in packages)
    programs = {finding.about.split()[0]: finding for finding in found if finding.state == "absent"}
    assert {"mfa", "conda", "sbatch"} <= programs.keys()
    assert "aligner: hmm" in programs["mfa"].detail


def test_a_folder_that_cannot_be_written_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(VerificationError, match="missing; the lines above say what to do"):
        run(Namespace(results=tmp_path / "results"))
    assert f"chmod u+w {tmp_path}" in capsys.readouterr().out
