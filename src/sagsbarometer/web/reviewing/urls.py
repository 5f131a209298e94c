"""The addresses of `reviewing` and what each needs: `/laesning/…` is one's own, the others are of a study."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sagsbarometer.web.reviewing import (
    agreeing,
    answering,
    assigning,
    behind,
    bringing,
    codebook,
    desk,
    documents_shown,
    doubting,
    drawing,
    handing_over,
    law,
    learning,
    leniency,
    looks,
    numbers,
    overview,
    page,
    pinning,
    practice,
    reread_settling,
    rereading,
    searching,
    settling,
    steps,
    submitting,
    taking,
    unlike,
)
from sagsbarometer.web.reviewing.finding import (
    find_doubt_of_study,
    find_exercise,
    find_known,
    find_reading,
    find_reading_of_study,
    find_reread,
    find_review_of_study,
)
from sagsbarometer.web.rights.routes import Needs, declare
from sagsbarometer.web.rights.state_of import find_study

app_name = "reviewing"
urlpatterns: list[URLPattern | URLResolver] = [
    # The desk, the reading page and the answers
    path("laesning/", desk.desk, name="desk"),
    path("laesning/naeste/", desk.following, name="next"),
    path("laesning/se-igen/", looks.again, name="again"),
    path("laesning/maalestok/", leniency.own, name="own_leniency"),
    path("laesning/<str:reading>/", page.reading, name="reading"),
    path("laesning/<str:reading>/stand/", page.standing, name="standing"),
    path("laesning/<str:reading>/svar/<str:question>/", answering.answer, name="answer"),
    path("laesning/<str:reading>/fortryd/", answering.undo, name="undo"),
    path("laesning/<str:reading>/gentag/", answering.redo, name="redo"),
    path("laesning/<str:reading>/kontrol/<str:check>/", submitting.overrule, name="overrule"),
    path("laesning/<str:reading>/aflever/", submitting.submit, name="submit"),
    # Documents and evidence
    path(
        "laesning/<str:reading>/dokumenter/<str:document>/aabn/",
        documents_shown.open_document,
        name="open_document",
    ),
    path("laesning/<str:reading>/dokumenter/<str:document>/ord/", documents_shown.words, name="words"),
    path(
        "laesning/<str:reading>/dokumenter/<str:document>/side/<int:page>/",
        documents_shown.page,
        name="document_page",
    ),
    path(
        "laesning/<str:reading>/dokumenter/<str:document>/billede/<int:number>/",
        documents_shown.document_picture,
        name="document_picture",
    ),
    path(
        "laesning/<str:reading>/dokumenter/<str:document>/skannet/<int:page>/",
        documents_shown.scanned_page,
        name="scanned_page",
    ),
    path("laesning/<str:reading>/soeg/", searching.search, name="search"),
    path("laesning/<str:reading>/bevis/", pinning.pin, name="pin"),
    path("laesning/<str:reading>/bevis/<str:pin>/fjern/", pinning.unpin, name="unpin"),
    path("laesning/<str:reading>/bevis/<str:pin>/igen/", pinning.repin, name="repin"),
    # Doubts, law and codebook
    path("laesning/<str:reading>/lov/<str:question>/", law.beside, name="law"),
    path("laesning/<str:reading>/lov/<str:question>/henvis/", law.cite, name="cite"),
    path("laesning/<str:reading>/henvisninger/<str:citation>/fjern/", law.uncite, name="uncite"),
    path("laesning/<str:reading>/henvisninger/<str:citation>/igen/", law.recite, name="recite"),
    path("laesning/<str:reading>/tvivl/<str:question>/", doubting.asking, name="asking"),
    path("laesning/<str:reading>/se-igen/<str:look>/", looks.done, name="look_done"),
    path("studier/<str:study>/laesning/tvivl/", doubting.doubts, name="doubts"),
    path("studier/<str:study>/laesning/tvivl/<str:doubt>/", doubting.doubt, name="doubt"),
    path("studier/<str:study>/laesning/kodebog/", codebook.codebook, name="codebook"),
    path("studier/<str:study>/laesning/kodebog/ny/", codebook.rule, name="rule"),
    path("studier/<str:study>/laesning/kodebog/<str:rule>/ophoer/", codebook.end, name="rule_end"),
    path("studier/<str:study>/laesning/se-igen/", looks.cases, name="look_cases"),
    # Second reading and differences
    path("studier/<str:study>/laesning/", overview.overview, name="overview"),
    path("studier/<str:study>/laesning/gang/", overview.table, name="course"),
    path("studier/<str:study>/laesning/lod/", drawing.draw, name="draw"),
    path("studier/<str:study>/laesning/fordel/", assigning.assign, name="assign"),
    path("studier/<str:study>/laesning/overdrag/", handing_over.hand_over, name="hand_over"),
    path("studier/<str:study>/laesning/sager/<str:case>/tag-ud/", steps.withdraw, name="withdraw"),
    path("studier/<str:study>/laesning/aabn/<str:reading>/", steps.reopen, name="reopen"),
    path("studier/<str:study>/laesning/forskelle/", settling.differences, name="differences"),
    path("studier/<str:study>/laesning/sager/<str:case>/forskelle/", settling.difference, name="difference"),
    path("studier/<str:study>/laesning/enighed/", agreeing.agreement, name="agreement"),
    path("studier/<str:study>/laesning/se-efter/", unlike.looks, name="looks"),
    # Exercises and anchors
    path("laesning/<str:reading>/facit/", learning.learned, name="learned"),
    path("laesning/<str:reading>/forfra/", learning.anew, name="anew"),
    path("studier/<str:study>/laesning/oevelse/", practice.practice, name="practice"),
    path("studier/<str:study>/laesning/oevelse/fordel/", practice.give_out, name="practice_give"),
    path("studier/<str:study>/laesning/oevelse/<str:case>/", practice.key, name="key"),
    path("studier/<str:study>/laesning/oevelse/<str:case>/tilbage/", practice.back, name="practice_back"),
    path("studier/<str:study>/laesning/maalestok/", leniency.measure, name="leniency"),
    path("studier/<str:study>/laesning/maalestok/vis/", leniency.let, name="leniency_let"),
    # Assigning, export and freezing
    path("studier/<str:study>/laesning/svar/", taking.answers, name="answers"),
    path("studier/<str:study>/laesning/svar/ind/", bringing.bring, name="bring"),
    path("studier/<str:study>/laesning/svar/ind/ark/", bringing.sheet, name="bring_sheet"),
    path("studier/<str:study>/laesning/svar/ind/fejl/<str:file>/", bringing.marked, name="bring_marked"),
    path("studier/<str:study>/laesning/svar/ind/<str:file>/", bringing.file, name="brought"),
    path("studier/<str:study>/laesning/svar/ind/<str:file>/laeg-ind/", bringing.take, name="brought_take"),
    path("studier/<str:study>/laesning/svar/ind/<str:file>/fortryd/", bringing.undo, name="brought_undo"),
    path("studier/<str:study>/laesning/svar/<str:format>/", taking.answers_file, name="answers_file"),
    path("studier/<str:study>/laesning/laas-op/<int:number>/", taking.unlock, name="unlock"),
    path("studier/<str:study>/tal/<int:number>/", numbers.numbers, name="numbers"),
    path("studier/<str:study>/tal/<int:number>/genlaesning/", rereading.reread, name="reread"),
    path("studier/<str:study>/tal/<int:number>/genlaesning/fordel/", rereading.assign, name="reread_assign"),
    path("studier/<str:study>/tal/<int:number>/genlaesning/regn/", rereading.compute, name="reread_compute"),
    path("studier/<str:study>/laesning/genlaesning/", reread_settling.differences, name="reread_differences"),
    path(
        "studier/<str:study>/laesning/genlaesning/<str:reading>/",
        reread_settling.difference,
        name="reread_difference",
    ),
    path("studier/<str:study>/tal/<int:number>/sager/<str:measure>/", behind.cases, name="behind"),
    path("studier/<str:study>/tal/<int:number>/filer/<path:path>", numbers.file, name="numbers_file"),
]
# A save ends its transaction before its reply is made: many save at once.
_ANSWER = Needs(do="answer_case", find=find_reading, purpose="reading", whole=False)
ROUTES: dict[str, Needs] = {
    # The desk, the reading page and the answers
    "reviewing:desk": Needs(see="list_readings"),
    "reviewing:next": Needs(see="list_readings"),
    "reviewing:reading": Needs(see="read_case", find=find_reading, purpose="reading"),
    "reviewing:standing": Needs(see="list_readings"),
    "reviewing:answer": Needs(
        see="read_case", do="answer_case", find=find_reading, purpose="reading", whole=False
    ),
    "reviewing:undo": _ANSWER,
    "reviewing:redo": _ANSWER,
    "reviewing:overrule": Needs(do="answer_case", find=find_reading, purpose="reading"),
    "reviewing:submit": Needs(see="read_case", do="submit_reading", find=find_reading, purpose="reading"),
    # Documents and evidence
    **{
        f"reviewing:{name}": Needs(do="read_case", find=find_reading, purpose="reading")
        for name in ("open_document", "search")
    },
    **{
        f"reviewing:{name}": Needs(see="read_case", find=find_reading, purpose="reading")
        for name in ("words", "document_page", "document_picture", "scanned_page")
    },
    **{
        f"reviewing:{name}": Needs(do="answer_case", find=find_reading, purpose="reading")
        for name in ("pin", "unpin", "repin")
    },
    # Doubts, law and codebook
    "reviewing:again": Needs(see="list_readings"),
    "reviewing:law": Needs(see="read_case", find=find_reading, purpose="reading"),
    **{
        f"reviewing:{name}": Needs(do="answer_case", find=find_reading, purpose="reading")
        for name in ("cite", "uncite", "recite")
    },
    # One asks about an answer of one's own; the view asks whether it can still be discussed.
    "reviewing:asking": Needs(see="read_case", do="read_case", find=find_reading, purpose="doubts"),
    "reviewing:look_done": Needs(do="read_case", find=find_reading, purpose="reading"),
    "reviewing:doubts": Needs(see="see_codebook", find=find_study),
    "reviewing:doubt": Needs(
        see="see_reading", do="discuss_doubt", find=find_doubt_of_study, purpose="doubts"
    ),
    "reviewing:codebook": Needs(see="see_codebook", find=find_study),
    "reviewing:rule": Needs(see="write_codebook", do="write_codebook", find=find_study, purpose="codebook"),
    "reviewing:rule_end": Needs(do="write_codebook", find=find_study, purpose="codebook"),
    "reviewing:look_cases": Needs(see="see_reviewing", find=find_study),
    # Second reading and differences
    "reviewing:overview": Needs(see="see_reviewing", find=find_study),
    "reviewing:course": Needs(see="see_reviewing", find=find_study),
    "reviewing:draw": Needs(see="draw_second", do="draw_second", find=find_study, purpose="second_reading"),
    **{
        f"reviewing:{name}": Needs(
            see="assign_readings", do="assign_readings", find=find_study, purpose="assigning"
        )
        for name in ("assign", "hand_over")
    },
    "reviewing:withdraw": Needs(do="assign_readings", find=find_review_of_study, purpose="assigning"),
    "reviewing:reopen": Needs(do="reopen_reading", find=find_reading_of_study, purpose="reopening"),
    **{
        f"reviewing:{name}": Needs(see="see_reviewing", find=find_study)
        for name in ("differences", "agreement", "looks")
    },
    "reviewing:difference": Needs(
        see="see_difference", do="settle_difference", find=find_review_of_study, purpose="settling"
    ),
    # Exercises and anchors
    "reviewing:learned": Needs(see="see_exercise", find=find_exercise, purpose="reading"),
    "reviewing:anew": Needs(do="practise_anew", find=find_exercise, purpose="reading"),
    "reviewing:practice": Needs(see="manage_known", do="manage_known", find=find_study, purpose="practice"),
    "reviewing:practice_give": Needs(
        see="assign_readings", do="assign_readings", find=find_study, purpose="practice"
    ),
    "reviewing:key": Needs(see="write_key", do="write_key", find=find_known, purpose="practice"),
    "reviewing:practice_back": Needs(do="write_key", find=find_known, purpose="practice"),
    "reviewing:leniency": Needs(see="see_leniency", find=find_study),
    "reviewing:leniency_let": Needs(do="show_leniency", find=find_study, purpose="leniency"),
    "reviewing:own_leniency": Needs(see="list_readings"),
    # Assigning, export and freezing
    "reviewing:answers": Needs(see="take_answers", do="freeze_study", find=find_study, purpose="freeze"),
    "reviewing:answers_file": Needs(see="take_answers", find=find_study, purpose="answers_out"),
    # What is sent is read and looked through before anything is held: many save at once.
    "reviewing:bring": Needs(
        see="take_answers", do="bring_answers", find=find_study, purpose="answers_in", whole=False
    ),
    **{
        f"reviewing:{name}": Needs(see="take_answers", find=find_study, purpose="answers_in")
        for name in ("bring_sheet", "bring_marked", "brought")
    },
    **{
        f"reviewing:{name}": Needs(do="bring_answers", find=find_study, purpose="answers_in")
        for name in ("brought_take", "brought_undo")
    },
    "reviewing:reread": Needs(see="take_answers", do="draw_reread", find=find_study, purpose="rereading"),
    **{
        f"reviewing:{name}": Needs(do="draw_reread", find=find_study, purpose="rereading")
        for name in ("reread_assign", "reread_compute")
    },
    "reviewing:reread_differences": Needs(see="see_reviewing", find=find_study),
    "reviewing:reread_difference": Needs(
        see="settle_reread", do="settle_reread", find=find_reread, purpose="rereading"
    ),
    "reviewing:unlock": Needs(do="freeze_study", find=find_study, purpose="freeze"),
    **{
        f"reviewing:{name}": Needs(see="see_numbers", find=find_study, purpose="numbers")
        for name in ("numbers", "behind", "numbers_file")
    },
}
declare(ROUTES)
