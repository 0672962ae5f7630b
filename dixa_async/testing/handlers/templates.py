"""Templates."""

from ...models.templates import TemplateType
from ..http.errors import bad_request
from ..http.paging import page
from ..http.responses import HandlerResponse, nothing
from ..http.routing import HandlerCall, Routes

routes: Routes = Routes()


@routes("GET", "/templates")
def list_templates(call: HandlerCall) -> HandlerResponse:
    """List templates."""
    templates = list(call.state.templates.values())
    if "type" not in call.query:
        return page(call, templates)
    wanted = TemplateType(call.query["type"])
    if not wanted.is_known:
        raise bad_request(f"There is no template type {wanted}")
    return page(call, [template for template in templates if template._type == wanted])  # pyright: ignore[reportPrivateUsage]


@routes("DELETE", "/templates/{templateId}")
def delete_template(call: HandlerCall) -> HandlerResponse:
    """Delete a template."""
    template = call.find(call.state.templates, "templateId", "template")
    del call.state.templates[template.id]
    return nothing()
