"""The knowledge base, from the call to the state of the server and back."""

import io

import aiohttp
import pytest

from dixa_async import BadRequestError, DixaClient, NotFoundError
from dixa_async.models.articles import (
    Article,
    ArticlePatch,
    ArticleTagChanges,
    NewArticle,
    NewArticleTranslation,
)
from dixa_async.testing import FakeDixa

from ..helpers.clients import NOW

GIF = b"GIF89a\r\n--\0\xff\r"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@pytest.fixture
async def article(dixa: DixaClient, server: FakeDixa) -> Article:
    """An article in two languages, in the outer category."""
    category_id = next(iter(server.state.knowledge.categories))
    translations = [
        NewArticleTranslation(language_id="en", title="Late", content="<p>Wait a <b>little</b>.</p>"),
        NewArticleTranslation(language_id="nb", title="Sent"),
    ]
    return await dixa.knowledge.create_article(NewArticle(translations=translations, parent_id=category_id, tags=["a"]))


def title(article: Article) -> str | None:
    """The title of the returned draft."""
    return None if article.translation is None else article.translation.draft.title


async def test_an_article_is_returned_in_the_requested_language(dixa: DixaClient, article: Article) -> None:
    assert await dixa.knowledge.get_article(article.id) == article
    assert (title(article), article.created_at, article.tags) == ("Late", NOW, ["a"])
    assert article.translation is not None
    assert article.translation.draft.contents.plaintext == "Wait a little."
    assert title(await dixa.knowledge.get_article(article.id, language="nb")) == "Sent"
    assert title(await dixa.knowledge.get_article(article.id, language="fi")) == "Late"


async def test_tags_and_owner_of_an_article_change(dixa: DixaClient, article: Article) -> None:
    changes = ArticleTagChanges(add=["b", "a"], remove=["a"])
    patched = await dixa.knowledge.patch_article(article.id, ArticlePatch(tags=changes, owned_by="someone"))
    assert (patched.tags, patched.owned_by) == (["b"], "someone")
    cleared = await dixa.knowledge.patch_article(article.id, ArticlePatch(tags=None))
    assert (cleared.tags, cleared.owned_by) == ([], "someone")
    await dixa.knowledge.patch_article(article.id, ArticlePatch(pre_release=True))
    with pytest.raises(BadRequestError, match="changes nothing"):
        await dixa.knowledge.patch_article(article.id, ArticlePatch())


async def test_an_article_is_published_and_unpublished(dixa: DixaClient, article: Article) -> None:
    knowledge = dixa.knowledge
    await knowledge.publish_article_translation(article.id, "nb")
    versions = (await knowledge.get_article_translations(article.id)).translations
    assert [version.language for version in versions.draft or []] == ["en", "nb"]
    assert [(version.language, version.is_indexed_version) for version in versions.published or []] == [("nb", True)]
    await knowledge.publish_article(article.id)
    assert (await knowledge.get_article(article.id)).indexed_at == NOW
    await knowledge.unpublish_article_translation(article.id, "nb")
    shown = await knowledge.get_article(article.id)
    assert shown.translation is not None
    assert shown.translation.published is not None
    await knowledge.unpublish_article(article.id)
    assert (await knowledge.get_article(article.id)).indexed_at is None


async def test_translations_are_added_changed_and_deleted(dixa: DixaClient, article: Article) -> None:
    outcome = await dixa.knowledge.patch_article_translations(
        article.id,
        [
            NewArticleTranslation(language_id="en", title="Later"),
            NewArticleTranslation(language_id="nb", title=""),
            NewArticleTranslation(language_id="fi", title="My\u00f6h\u00e4ss\u00e4"),
        ],
    )
    assert [saved.language for saved in outcome.translations or []] == ["en", "fi"]
    assert [fault.language_id for fault in outcome.partial_errors or []] == ["nb"]
    shown = await dixa.knowledge.get_article(article.id)
    assert shown.translation is not None
    assert shown.translation.draft.title == "Later"
    assert shown.translation.draft.contents.plaintext == "Wait a little."
    await dixa.knowledge.delete_article_translation(article.id, "en")
    assert title(await dixa.knowledge.get_article(article.id)) == "Sent"
    with pytest.raises(NotFoundError, match="translation into en"):
        await dixa.knowledge.publish_article_translation(article.id, "en")


async def test_a_catalog_has_nested_categories_and_articles(
    dixa: DixaClient, server: FakeDixa, article: Article
) -> None:
    (collection,) = await dixa.knowledge.list_collections()
    assert await dixa.knowledge.get_collection(collection.id) == collection
    catalog = await dixa.knowledge.get_catalog(collection.id, language="nb")
    (outer,) = catalog.categories or []
    (inner,) = outer.categories or []
    assert outer.title is not None
    assert (outer.title.title, [known.id for known in outer.articles or []]) == ("Bestillinger", [article.id])
    await dixa.knowledge.set_parent(article.id, inner.id)
    assert (await dixa.knowledge.get_article(article.id)).parent_category == inner.id
    await dixa.knowledge.clear_parent(article.id)
    server.state.knowledge.articles[article.id].article.parent_collections = [collection.id]
    moved = await dixa.knowledge.get_catalog(collection.id)
    assert [known.title and known.title.title for known in moved.articles or []] == ["Late"]
    with pytest.raises(NotFoundError, match="category nothing"):
        await dixa.knowledge.set_parent(article.id, "nothing")

    category = await dixa.knowledge.get_category(inner.id)
    assert (category.title and category.title.title, category.parent_category) == ("Returns", outer.id)
    titles = (await dixa.knowledge.get_category_translations(inner.id)).titles or []
    assert [known.title for known in titles] == ["Returns", "Retur"]


async def test_an_article_without_translations_exists_and_can_be_deleted(dixa: DixaClient) -> None:
    article = await dixa.knowledge.create_article(NewArticle())
    assert article.translation is None
    await dixa.knowledge.delete_article(article.id)
    with pytest.raises(NotFoundError, match=article.id):
        await dixa.knowledge.get_article(article.id)
    with pytest.raises(BadRequestError, match="title"):
        await dixa.knowledge.create_article(
            NewArticle(translations=[NewArticleTranslation(language_id="en", title="")])
        )


async def test_images_are_uploaded_complete(dixa: DixaClient, server: FakeDixa) -> None:
    outcome = await dixa.knowledge.upload_attachments([("ca\u00f1on.gif", GIF), ("b.png", PNG)])
    assert [taken.original_filename for taken in outcome.attachments or []] == ["ca\u00f1on.gif", "b.png"]
    assert [server.state.knowledge.uploads[taken.url] for taken in outcome.attachments or []] == [GIF, PNG]
    assert outcome.partial_errors == []


def a_form(*parts: tuple[str, bytes]) -> aiohttp.MultipartWriter:
    """A form with files of some media types."""
    form = aiohttp.MultipartWriter("form-data")
    for number, (media_type, content) in enumerate(parts):
        part = form.append(io.BytesIO(content), {"Content-Type": media_type})
        part.set_content_disposition("form-data", name="files", filename=f"{number}.bin")
    return form


async def test_invalid_images_are_rejected_one_by_one(server: FakeDixa) -> None:
    form = a_form(("image/png", PNG), ("text/plain", b"Hello"), ("image/png", PNG + bytes(4 * 1024 * 1024)))
    async with aiohttp.ClientSession(server.url, headers={"Authorization": server.api_key}) as web:
        async with web.post("/beta/knowledge/articles/attachments", data=form) as response:
            body = await response.json()
        assert [taken["originalFilename"] for taken in body["data"]] == ["0.bin"]
        assert [(fault["originalFilename"], fault["code"]) for fault in body["partialErrors"]] == [
            ("1.bin", 400),
            ("2.bin", 400),
        ]
        async with web.post("/beta/knowledge/articles/attachments", data=a_form(*[("image/png", PNG)] * 6)) as response:
            assert response.status == 400
        async with web.post("/beta/knowledge/articles/attachments", json={}) as response:
            assert response.status == 400
