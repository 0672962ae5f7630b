"""Templates."""

from ...models.templates import TemplateType
from ..http.paging import page
from ..http.routing import Call, HandlerResponse, Routes, nothing, refuse

routes = Routes()


@routes("GET", "/templates")
def list_templates(call: Call) -> HandlerResponse:
    """List templates."""
    templates = list(call.state.templates.values())
    if "type" not in call.query:
        return page(call, templates)
    kind = TemplateType(call.query["type"])
    if not kind.is_known:
        raise refuse(f"There is no kind of templates {kind}")
    return page(call, [template for template in templates if template._type == kind])  # pyright: ignore[reportPrivateUsage]


@routes("DELETE", "/templates/{templateId}")
def delete_template(call: Call) -> HandlerResponse:
    """Delete a template."""
    template = call.find(call.state.templates, "templateId", "template")
    del call.state.templates[template.id]
    return nothing()
