"""Templates."""

from __future__ import annotations

from .. import models
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from ..validation import check_str, warn_if_unlisted
from .base import Resource

_LIST: Operation[models.Template] = Operation(
    "getTemplates", "GET", "/templates", response_type=LazyType(lambda: models.Template)
)
_DELETE: Operation[None] = Operation("deleteTemplatesTemplateid", "DELETE", "/templates/{templateId}")


class Templates(Resource):
    """Templates: texts for repeated use by agents or by Dixa."""

    def list(
        self,
        *,
        type: models.TemplateType | None = None,
        page_key: str | None = None,
        page_limit: int | None = None,
        prefetch: bool = False,
    ) -> Pager[models.Template]:
        """List templates.

        Args:
            type: only templates of this type.
            page_key: the `next_key` of a page, to resume after it.
            page_limit: templates per page, 1 or more; defaults to Dixa's choice.
            prefetch: whether to fetch the next page while you process the current one.

        Returns:
            A pager over the templates. Their class says what they are for.

        Raises:
            InvalidRequestError: an argument is not valid.
            BadRequestError: Dixa rejected the type or the page key.
            TransportError: no response arrived.

        ``GET /templates``
        """
        warn_if_unlisted("type", type, models.TemplateType)
        return self._caller.pages(
            _LIST,
            query={"type": check_str("type", type)},
            page_key=page_key,
            page_limit=page_limit,
            prefetch=prefetch,
        )

    async def delete(self, template_id: str) -> None:
        """Delete a template permanently. First make sure that no flow or automation uses it.

        Args:
            template_id: the ID (UUID) of the template.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: Dixa rejected the ID.
            NotFoundError: there is no such template.
            TransportError: no response arrived.

        ``DELETE /templates/{templateId}``
        """
        await self._caller.call(_DELETE, path={"templateId": template_id})
