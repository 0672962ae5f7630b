"""The knowledge base: requests and responses."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aioresponses import aioresponses
from yarl import URL

from dixa_async import DixaClient, InvalidRequestError, ResponseDecodeError
from dixa_async.models.articles import (
    ArticlePatch,
    ArticleTagChanges,
    NewArticle,
    NewArticleTranslation,
    TranslationFault,
    TranslationsOutcome,
)
from dixa_async.models.knowledge import CatalogArticle, CatalogCategory, Collection, CollectionCatalog, TranslationTitle
from dixa_async.resources.knowledge import Knowledge

BASE = "https://dev.dixa.io/beta"
WIRE_COLLECTION = {
    "id": "c-1",
    "title": "Garden tools",
    "internalKbEnabled": False,
    "restrictions": {"isRestricted": False},
}
WIRE_CATEGORY = {"id": "k-1", "isLocked": False, "restrictions": {"isRestricted": False}}
WIRE_TRANSLATION = {
    "language": "nl",
    "title": "Een schop slijpen",
    "isIndexedVersion": False,
    "contents": {"html": "<p>Vijl</p>", "plaintext": "Vijl"},
    "availableAt": {},
    "createdAt": "2024-02-03T04:05:06Z[GMT]",
    "updatedAt": "2024-02-03T04:05:06Z[GMT]",
}
WIRE_ARTICLE = {
    "id": "a-1",
    "createdAt": "2024-02-03T04:05:06Z[GMT]",
    "updatedAt": "2024-02-03T04:05:06Z[GMT]",
    "restrictions": {"isRestricted": True, "inheritedRestrictions": [{"fromCategory": "k-1"}]},
    "translation": {"draft": WIRE_TRANSLATION},
}
DUTCH = NewArticleTranslation(language_id="nl", title="Een schop slijpen", content="<p>Vijl</p>")
WIRE_DUTCH = {"languageId": "nl", "title": "Een schop slijpen", "content": "<p>Vijl</p>"}


def sent(mock_http: aioresponses, method: str, path: str) -> Any:
    """The JSON that was sent; None if there was no body."""
    (call,) = mock_http.requests[method, URL(BASE + path)]
    body = call.kwargs["data"]
    return None if body is None else json.loads(body)


@pytest.fixture
async def knowledge() -> AsyncIterator[Knowledge]:
    async with DixaClient("key") as dixa:
        yield dixa.knowledge


@pytest.mark.parametrize(
    ("call", "method", "path", "body", "data"),
    [
        (lambda k: k.get_collection("c-1"), "GET", "/collections/c-1", None, WIRE_COLLECTION),
        (lambda k: k.get_catalog("c-1"), "GET", "/collections/c-1/catalog", None, {}),
        (lambda k: k.get_catalog("c-1", language="nl"), "GET", "/collections/c-1/catalog?language=nl", None, {}),
        (lambda k: k.get_category("k-1"), "GET", "/categories/k-1", None, WIRE_CATEGORY),
        (lambda k: k.get_category("k-1", language="nl"), "GET", "/categories/k-1?language=nl", None, WIRE_CATEGORY),
        (lambda k: k.get_category_translations("k-1"), "GET", "/categories/k-1/translations", None, {}),
        (lambda k: k.get_article("a-1"), "GET", "/articles/a-1", None, WIRE_ARTICLE),
        (lambda k: k.get_article("a-1", language="nl"), "GET", "/articles/a-1?language=nl", None, WIRE_ARTICLE),
        (lambda k: k.create_article(NewArticle()), "POST", "/articles", {}, WIRE_ARTICLE),
        (
            lambda k: k.create_article(
                NewArticle(translations=[DUTCH], parent_id="k-1", tags=["t-1"], pre_release=True)
            ),
            "POST",
            "/articles",
            {"translations": [WIRE_DUTCH], "parentId": "k-1", "tags": ["t-1"], "preRelease": True},
            WIRE_ARTICLE,
        ),
        (
            lambda k: k.patch_article("a-1", ArticlePatch(owned_by=None, tags=ArticleTagChanges(remove=["t-1"]))),
            "PATCH",
            "/articles/a-1",
            {"ownedBy": None, "tags": {"remove": ["t-1"]}},
            WIRE_ARTICLE,
        ),
        (
            lambda k: k.get_article_translations("a-1"),
            "GET",
            "/articles/a-1/translations",
            None,
            {"translations": {"draft": [WIRE_TRANSLATION]}},
        ),
    ],
)
async def test_a_method_sends_its_request(
    mock_http: aioresponses,
    knowledge: Knowledge,
    call: Callable[[Knowledge], Awaitable[Any]],
    method: str,
    path: str,
    body: Any,
    data: Any,
) -> None:
    path = f"/knowledge{path}"
    mock_http.add(BASE + path, method, payload={"data": data})
    assert await call(knowledge) is not None
    assert sent(mock_http, method, path) == body


@pytest.mark.parametrize(
    ("call", "method", "path"),
    [
        (lambda k: k.delete_article("a-1"), "DELETE", "/articles/a-1"),
        (lambda k: k.publish_article("a-1"), "POST", "/articles/a-1/publish"),
        (lambda k: k.unpublish_article("a-1"), "POST", "/articles/a-1/unpublish"),
        (lambda k: k.set_parent("a-1", "k-1"), "PATCH", "/articles/a-1/parent/k-1"),
        (lambda k: k.clear_parent("a-1"), "DELETE", "/articles/a-1/parent"),
        (lambda k: k.delete_article_translation("a-1", "nl"), "DELETE", "/articles/a-1/translations/nl"),
        (lambda k: k.publish_article_translation("a-1", "nl"), "POST", "/articles/a-1/translations/nl/publish"),
        (lambda k: k.unpublish_article_translation("a-1", "nl"), "POST", "/articles/a-1/translations/nl/unpublish"),
    ],
)
async def test_a_method_without_a_response_sends_no_body(
    mock_http: aioresponses, knowledge: Knowledge, call: Callable[[Knowledge], Awaitable[Any]], method: str, path: str
) -> None:
    path = f"/knowledge{path}"
    mock_http.add(BASE + path, method, status=204)
    assert await call(knowledge) is None
    assert sent(mock_http, method, path) is None


async def test_collections_are_paginated(mock_http: aioresponses, knowledge: Knowledge) -> None:
    url = f"{BASE}/knowledge/collections"
    second = {**WIRE_COLLECTION, "id": "c-2"}
    mock_http.get(f"{url}?pageLimit=1", payload={"data": [WIRE_COLLECTION], "meta": {"next": "/x?pageKey=two"}})
    mock_http.get(f"{url}?pageLimit=1&pageKey=two", payload={"data": [second]})
    collections = [collection async for collection in knowledge.list_collections(page_limit=1)]
    assert [collection.id for collection in collections] == ["c-1", "c-2"]
    assert isinstance(collections[0], Collection)


async def test_a_catalog_holds_categories_in_categories(mock_http: aioresponses, knowledge: Knowledge) -> None:
    title = {"languageId": "nl", "title": "Spaden"}
    inner = {"id": "k-2", "categories": [], "articles": [{"id": "a-1", "title": title}]}
    outer = {"id": "k-1", "title": title, "categories": [inner]}
    mock_http.get(f"{BASE}/knowledge/collections/c-1/catalog", payload={"data": {"categories": [outer]}})
    spades = TranslationTitle(language_id="nl", title="Spaden")
    assert await knowledge.get_catalog("c-1") == CollectionCatalog(
        categories=[
            CatalogCategory(
                id="k-1",
                title=spades,
                categories=[
                    CatalogCategory(id="k-2", categories=[], articles=[CatalogArticle(id="a-1", title=spades)])
                ],
            )
        ]
    )


async def test_a_failure_deep_in_a_catalog_is_reported_with_its_place(
    mock_http: aioresponses, knowledge: Knowledge
) -> None:
    category: dict[str, Any] = {"id": 7}
    for number in range(3):
        category = {"id": f"k-{number}", "categories": [category]}
    mock_http.get(f"{BASE}/knowledge/collections/c-1/catalog", payload={"data": {"categories": [category]}})
    with pytest.raises(ResponseDecodeError) as caught:
        await knowledge.get_catalog("c-1")
    assert caught.value.path == "$.data.categories[0].categories[0].categories[0].categories[0].id"


async def test_an_article_from_before_its_times_were_required_can_be_read(
    mock_http: aioresponses, knowledge: Knowledge
) -> None:
    translation = {name: value for name, value in WIRE_TRANSLATION.items() if not name.endswith("At")}
    draft = {**translation, "availableAt": {"helpCenterLinks": []}}
    old = {"id": "a-1", "restrictions": {"isRestricted": False}, "translation": {"draft": draft}}
    mock_http.get(f"{BASE}/knowledge/articles/a-1", payload={"data": old})
    article = await knowledge.get_article("a-1")
    assert article.created_at is None
    assert article.translation is not None
    assert article.translation.draft.updated_at is None


async def test_times_with_a_zone_in_brackets_are_read(mock_http: aioresponses, knowledge: Knowledge) -> None:
    mock_http.get(f"{BASE}/knowledge/articles/a-1", payload={"data": WIRE_ARTICLE})
    article = await knowledge.get_article("a-1")
    assert article.created_at == datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC)


async def test_accepted_and_rejected_translations_are_returned_together(
    mock_http: aioresponses, knowledge: Knowledge
) -> None:
    mock_http.patch(
        f"{BASE}/knowledge/articles/a-1/translations",
        payload={"data": [WIRE_TRANSLATION], "partialErrors": [{"languageId": "xx", "message": "No such language"}]},
    )
    outcome = await knowledge.patch_article_translations(
        "a-1", (DUTCH, NewArticleTranslation(language_id="xx", title="?"))
    )
    assert sent(mock_http, "PATCH", "/knowledge/articles/a-1/translations") == {
        "translations": [WIRE_DUTCH, {"languageId": "xx", "title": "?"}]
    }
    assert outcome.translations is not None
    assert [translation.language for translation in outcome.translations] == ["nl"]
    assert outcome.partial_errors == [TranslationFault(language_id="xx", message="No such language")]


async def test_an_outcome_without_errors_is_none_or_empty(mock_http: aioresponses, knowledge: Knowledge) -> None:
    url = f"{BASE}/knowledge/articles/a-1/translations"
    mock_http.patch(url, payload={"data": []})
    mock_http.patch(url, payload={"data": [], "partialErrors": []})
    assert await knowledge.patch_article_translations("a-1", [DUTCH]) == TranslationsOutcome(translations=[])
    assert await knowledge.patch_article_translations("a-1", [DUTCH]) == TranslationsOutcome(
        translations=[], partial_errors=[]
    )


async def test_a_translation_of_the_wrong_type_is_not_sent(mock_http: aioresponses, knowledge: Knowledge) -> None:
    wrong: Any = [DUTCH, NewArticleTranslation(language_id="nl", title=None)]  # type: ignore[arg-type]
    with pytest.raises(InvalidRequestError) as caught:
        await knowledge.patch_article_translations("a-1", wrong)
    assert caught.value.path == "$[1].title"
    assert not mock_http.requests
