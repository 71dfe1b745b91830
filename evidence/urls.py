from django.urls import path

from evidence.views import adoption, claims, deciding, items, ledger, preview, progress, proof, review, sheet, submit

app_name = "evidence"
urlpatterns = [
    path("cycles/<int:cycle_pk>/sheet/", sheet.own, name="own"),
    path("cycles/<int:cycle_pk>/review/", review.listing, name="review_list"),
    path("cycles/<int:cycle_pk>/ledger/", ledger.ledger, name="ledger"),
    path("cycles/<int:cycle_pk>/ledger/form/", ledger.form, name="ledger_form"),
    path("cycles/<int:cycle_pk>/ledger/withdraw/", ledger.withdraw, name="ledger_withdraw"),
    path("cycles/<int:pk>/rubric/", adoption.adopt, name="adopt"),
    path("cycles/<int:cycle_pk>/progress/", progress.show, name="progress"),
    path("rubrics/<int:pk>/preview/", preview.show, name="preview"),
    path("sheets/<int:pk>/", sheet.sheet, name="sheet"),
    path("sheets/<int:pk>/claim/", claims.claim, name="claim"),
    path("sheets/<int:pk>/claim/blank/", claims.blank, name="blank"),
    path("sheets/<int:pk>/claim/more/", claims.more, name="more"),
    path("sheets/<int:pk>/claim/withdraw/", claims.withdraw, name="withdraw"),
    path("sheets/<int:pk>/clause/", claims.clause_view, name="clause"),
    path("sheets/<int:pk>/item/", items.item, name="item"),
    path("sheets/<int:pk>/nothing/", items.nothing_everywhere, name="nothing"),
    path("sheets/<int:pk>/attach/", items.attach, name="attach"),
    path("sheets/<int:pk>/detach/", items.detach, name="detach"),
    path("sheets/<int:pk>/check/", submit.check, name="check"),
    path("sheets/<int:pk>/receipt/", submit.receipt, name="receipt"),
    path("review/<int:pk>/", review.unit, name="review_unit"),
    path("review/<int:pk>/decide/", deciding.decide, name="decide"),
    path("review/<int:pk>/accept/", deciding.accept, name="accept"),
    path("review/<int:pk>/fact/", deciding.record, name="record"),
    path("review/<int:pk>/fact/form/", deciding.record_form, name="record_form"),
    path("review/<int:pk>/fact/withdraw/", deciding.withdraw, name="withdraw_fact"),
    path("review/<int:pk>/return/", deciding.give_back, name="give_back"),
    path("review/<int:pk>/duty/", deciding.duty, name="duty"),
    path("attachments/<int:pk>/", proof.attachment, name="attachment"),
    path("attachments/<int:pk>/view/", proof.preview, name="proof_view"),
]
