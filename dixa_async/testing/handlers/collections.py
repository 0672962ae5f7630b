"""Collections of the knowledge base, and the categories in them."""

from ...models.knowledge import CategoryTranslations
from ..http.paging import page
from ..http.responses import HandlerResponse, data
from ..http.routing import HandlerCall, Routes
from ..state.copies import changed

routes: Routes = Routes()


@routes("GET", "/knowledge/collections")
def list_collections(call: HandlerCall) -> HandlerResponse:
    """List collections."""
    return page(call, list(call.state.knowledge.collections.values()))


@routes("GET", "/knowledge/collections/{collectionId}")
def get_collection(call: HandlerCall) -> HandlerResponse:
    """Get a collection."""
    return data(call.find(call.state.knowledge.collections, "collectionId", "collection"))


@routes("GET", "/knowledge/collections/{collectionId}/catalog")
def get_catalog(call: HandlerCall) -> HandlerResponse:
    """Get the catalog of a collection."""
    collection = call.find(call.state.knowledge.collections, "collectionId", "collection")
    return data(call.state.knowledge.catalog(collection.id, call.query.get("language")))


@routes("GET", "/knowledge/categories/{categoryId}")
def get_category(call: HandlerCall) -> HandlerResponse:
    """Get a category."""
    stored = call.find(call.state.knowledge.categories, "categoryId", "category")
    return data(changed(stored.category, title=stored.title(call.query.get("language"))))


@routes("GET", "/knowledge/categories/{categoryId}/translations")
def get_category_translations(call: HandlerCall) -> HandlerResponse:
    """Get the titles of a category in all its languages."""
    stored = call.find(call.state.knowledge.categories, "categoryId", "category")
    return data(CategoryTranslations(titles=list(stored.titles.values())))
