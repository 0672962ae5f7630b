"""The day of a small company, in which each operation of the API is called at least once."""

from datetime import timedelta

import attrs

from dixa_async import DixaClient
from dixa_async.models import (
    AgentPatch,
    AgentUpdate,
    AnonymizationType,
    ArticlePatch,
    BulkAgentPatch,
    BulkAgentUpdate,
    BulkEndUserPatch,
    BulkEndUserUpdate,
    CsatScore,
    CustomAttributeEntity,
    Direction,
    EndUserPatch,
    EndUserUpdate,
    ImportedInboundMessage,
    InboundMessage,
    LinkType,
    NewAgent,
    NewArticle,
    NewArticleTranslation,
    NewCallbackConversation,
    NewChatConversation,
    NewContactFormConversation,
    NewEmailConversation,
    NewEndUser,
    NewImportedConversation,
    NewInternalNote,
    NewQueue,
    NewSmsConversation,
    NewWebhookSubscription,
    NoAuthorization,
    OutboundMessage,
    PeriodPreset,
    RatingType,
    TextContent,
    WebhookEvent,
    WebhookSubscriptionPatch,
    WorkingChannel,
)

from .clients import NOW

_PNG = b"\x89PNG\r\n\x1a\n"
_WIDGET = "5b0c4b0e-52a1-4c77-9d0c-6a1b0f3c5d11"


@attrs.define
class _Company:
    """What has been made so far."""

    agent: str = ""
    other_agent: str = ""
    end_user: str = ""
    queue: str = ""
    tag: str = ""
    subscription: str = ""
    chat: int = 0
    email: int = 0
    text_message: int = 0


async def live_a_day(dixa: DixaClient) -> None:
    """Call each operation at least once, on a `FakeDixa` with its usual data of which the time is always `NOW`.

    Args:
        dixa: a client of the server.
    """
    company = _Company()
    await _agents_come(dixa, company)
    await _they_set_up(dixa, company)
    await _customers_are_known(dixa, company)
    await _the_bot_subscribes(dixa, company)
    await _customers_write(dixa, company)
    await _agents_reply(dixa, company)
    await _the_day_is_read(dixa, company)
    await _the_knowledge_grows(dixa)
    await _the_day_is_evaluated(dixa)
    await _customers_are_forgotten(dixa, company)
    await _they_clean_up(dixa, company)


async def _agents_come(dixa: DixaClient, company: _Company) -> None:
    created = await dixa.agents.create(NewAgent(display_name="Nia", email="nia@shop.example"))
    company.agent = created.id
    others = [NewAgent(display_name=name, email=f"{name}@shop.example") for name in ("ole", "pia")]
    await dixa.agents.create_many(others)
    company.other_agent, leaver = [each.id async for each in dixa.agents.list() if each.display_name in ("ole", "pia")]
    await dixa.agents.patch(company.agent, AgentPatch(first_name="Nia"))
    await dixa.agents.update(company.agent, AgentUpdate(display_name="Nia N."))
    await dixa.agents.patch_many([BulkAgentPatch(id=company.other_agent, first_name="Ole")])
    await dixa.agents.update_many([BulkAgentUpdate(id=company.other_agent, display_name="Ole O.")])
    await dixa.agents.delete(leaver)
    await dixa.agents.set_working_channel(company.agent, WorkingChannel.EMAIL, working=True)
    assert (await dixa.agents.get(company.agent)).display_name == "Nia N."
    assert (await dixa.agents.get_presence(company.agent)).user_id == company.agent
    assert await dixa.agents.list_presence()


async def _they_set_up(dixa: DixaClient, company: _Company) -> None:
    queue = NewQueue(name="Orders", call_functionality=False, is_default=False, is_do_not_offer_enabled=False)
    company.queue = (await dixa.queues.create(queue)).id
    await dixa.queues.add_members(company.queue, [company.agent, company.other_agent])
    await dixa.queues.remove_members(company.queue, [company.other_agent])
    assert (await dixa.queues.get(company.queue)).name == "Orders"
    assert [member.agent_id for member in await dixa.queues.list_members(company.queue)] == [company.agent]
    assert await dixa.queues.list_availability(company.queue)
    assert company.queue in [each.id for each in await dixa.queues.list()]

    team = await dixa.teams.create("Nordics")
    await dixa.teams.add_members(team.id, [company.agent, company.other_agent])
    await dixa.teams.remove_members(team.id, [company.other_agent])
    assert [member.id for member in await dixa.teams.list_members(team.id)] == [company.agent]
    assert await dixa.teams.list_presence(team.id)
    assert [each.id for each in await dixa.agents.list_teams(company.agent)] == [team.id]
    assert (await dixa.teams.get(team.id)).name == "Nordics"
    await dixa.teams.delete(team.id)
    assert team.id not in [each.id for each in await dixa.teams.list()]

    company.tag = (await dixa.tags.create("late", color="#aa5500")).id
    await dixa.tags.deactivate(company.tag)
    await dixa.tags.activate(company.tag)
    assert (await dixa.tags.get(company.tag)).name == "late"
    assert company.tag in [each.id for each in await dixa.tags.list()]

    (schedule, *_) = await dixa.business_hours.list_schedules()
    await dixa.business_hours.get_definition(schedule.id)
    await dixa.business_hours.get_status(schedule.id)
    await dixa.business_hours.get_upcoming(schedule.id)
    (attribute, *_) = await dixa.custom_attributes.list()
    assert await dixa.custom_attributes.get(attribute.id) == attribute
    assert await dixa.organization.get()
    assert await dixa.conversations.list_flows()


async def _customers_are_known(dixa: DixaClient, company: _Company) -> None:
    company.end_user = (await dixa.end_users.create(NewEndUser(display_name="Uma", email="uma@home.example"))).id
    await dixa.end_users.create_many([NewEndUser(display_name="Vic"), NewEndUser(display_name="Wim")])
    await dixa.end_users.patch(company.end_user, EndUserPatch(phone_number="+12025550111"))
    update = EndUserUpdate(display_name="Uma U.", email="uma@home.example", phone_number="+12025550111")
    await dixa.end_users.update(company.end_user, update)
    (vic,) = [each.id async for each in dixa.end_users.list() if each.display_name == "Vic"]
    await dixa.end_users.patch_many([BulkEndUserPatch(id=vic, first_name="Vic")])
    await dixa.end_users.update_many([BulkEndUserUpdate(id=vic, display_name="Vic V.")])
    assert (await dixa.end_users.get(vic)).display_name == "Vic V."
    (text, *_) = [a for a in await dixa.custom_attributes.list() if a.entity_type is CustomAttributeEntity.CONTACT]
    await dixa.end_users.patch_custom_attributes(company.end_user, {text.id: None})


async def _the_bot_subscribes(dixa: DixaClient, company: _Company) -> None:
    new = NewWebhookSubscription(
        name="bot",
        url="http://127.0.0.1:9/",
        authorization=NoAuthorization(),
        custom_headers={},
        events=[WebhookEvent.CONVERSATION_MESSAGE_ADDED],
        enabled=False,
    )
    company.subscription = (await dixa.webhooks.create(new)).id
    await dixa.webhooks.patch(company.subscription, WebhookSubscriptionPatch(name="reply bot"))
    assert (await dixa.webhooks.get(company.subscription)).name == "reply bot"
    assert len(await dixa.webhooks.list()) == 1


async def _customers_write(dixa: DixaClient, company: _Company) -> None:
    endpoints = await dixa.contact_endpoints.list()
    addresses = [each.address for each in endpoints if hasattr(each, "address")]
    numbers = [each.number for each in endpoints if hasattr(each, "number")]
    await dixa.contact_endpoints.get(addresses[0])
    question = InboundMessage(content=TextContent("Where is my order?"))
    reply = OutboundMessage(agent_id=company.agent, content=TextContent("It left today"))
    chat = NewChatConversation(requester_id=company.end_user, widget_id=_WIDGET, message=question)
    company.chat = (await dixa.conversations.create(chat)).id
    company.email = (
        await dixa.conversations.create(
            NewEmailConversation(
                requester_id=company.end_user, email_integration_id=addresses[0], subject="Order", message=question
            )
        )
    ).id
    await dixa.conversations.create(
        NewContactFormConversation(
            requester_id=company.end_user, email_integration_id=addresses[0], subject="Order", message=question
        )
    )
    sms = NewSmsConversation(requester_id=company.end_user, contact_endpoint_id=numbers[0], message=reply)
    company.text_message = (await dixa.conversations.create(sms)).id
    await dixa.conversations.create(
        NewCallbackConversation(
            requester_id=company.end_user,
            direction=Direction.INBOUND,
            contact_endpoint_id=numbers[0],
            queue_id=company.queue,
        )
    )
    old = ImportedInboundMessage(content=TextContent("Hello"), created_at=NOW - timedelta(days=400))
    await dixa.conversations.import_(
        NewImportedConversation(
            generic_channel_name="genericapimessaging",
            requester_id=company.end_user,
            direction=Direction.INBOUND,
            created_at=old.created_at,
            messages=[old],
        )
    )


async def _agents_reply(dixa: DixaClient, company: _Company) -> None:
    chat = company.chat
    await dixa.conversations.transfer_to_queue(chat, company.queue)
    await dixa.queues.get_conversation_position(chat)
    await dixa.conversations.claim(chat, company.agent)
    await dixa.messages.add(chat, OutboundMessage(agent_id=company.agent, content=TextContent("On its way")))
    await dixa.internal_notes.add(chat, "Asked the carrier", agent_id=company.agent)
    await dixa.internal_notes.add_many(chat, [NewInternalNote(message="They called back")])
    await dixa.tags.add_to_conversation(chat, company.tag)
    await dixa.tags.add_many_to_conversation(chat, ["refund"])
    await dixa.tags.remove_from_conversation(chat, company.tag)
    (text, *_) = [a for a in await dixa.custom_attributes.list() if a.entity_type is CustomAttributeEntity.CONVERSATION]
    await dixa.conversations.patch_custom_attributes(chat, {text.id: None})
    await dixa.conversations.link(company.email, chat, LinkType.RELATED)
    offer = await dixa.ratings.offer(chat, RatingType.CSAT)
    await dixa.ratings.submit(chat, offer.id, CsatScore(5), comment="Quick")
    await dixa.conversations.close(chat, user_id=company.agent)
    await dixa.conversations.reopen(chat)
    await dixa.conversations.follow_up(chat, NOW + timedelta(hours=2))


async def _the_day_is_read(dixa: DixaClient, company: _Company) -> None:
    chat = company.chat
    assert (await dixa.conversations.get(chat)).id == chat
    assert len(await dixa.messages.list(chat)) == 2
    assert len(await dixa.internal_notes.list(chat)) == 2
    assert len(await dixa.ratings.list(chat)) == 1
    assert len(await dixa.ratings.list_legacy(chat)) == 1
    assert [tag.name for tag in await dixa.tags.list_for_conversation(chat)] == ["refund"]
    assert len(await dixa.conversations.list_linked(chat)) == 1
    assert await dixa.conversations.list_activity(chat)
    assert await dixa.conversations.list_organization_activity()
    assert len([each async for each in dixa.end_users.list_conversations(company.end_user)]) == 6
    assert await dixa.search.conversations("order")
    assert await dixa.search.conversations_by_text("order")
    await dixa.webhooks.list_delivery_statuses(company.subscription)
    await dixa.webhooks.list_delivery_logs(company.subscription, WebhookEvent.CONVERSATION_MESSAGE_ADDED)


async def _the_knowledge_grows(dixa: DixaClient) -> None:
    knowledge = dixa.knowledge
    (collection, *_) = [each async for each in knowledge.list_collections()]
    await knowledge.get_collection(collection.id)
    catalog = await knowledge.get_catalog(collection.id)
    (category, *_) = catalog.categories or []
    await knowledge.get_category(category.id)
    await knowledge.get_category_translations(category.id)
    english = NewArticleTranslation(language_id="en", title="Orders", content="<p>Where they are</p>")
    danish = NewArticleTranslation(language_id="da", title="Ordrer", content="<p>Hvor de er</p>")
    article = (await knowledge.create_article(NewArticle(translations=[english]))).id
    await knowledge.patch_article_translations(article, [danish])
    await knowledge.set_parent(article, category.id)
    await knowledge.patch_article(article, ArticlePatch(pre_release=False))
    await knowledge.publish_article(article)
    await knowledge.unpublish_article(article)
    await knowledge.publish_article_translation(article, "da")
    await knowledge.unpublish_article_translation(article, "da")
    await knowledge.upload_attachments([("order.png", _PNG)])
    assert await knowledge.get_article(article)
    assert await knowledge.get_article_translations(article)
    await knowledge.delete_article_translation(article, "da")
    await knowledge.clear_parent(article)
    await knowledge.delete_article(article)


async def _the_day_is_evaluated(dixa: DixaClient) -> None:
    (metric, *_) = [each.id async for each in dixa.analytics.list_metrics()]
    (record, *_) = [each.id async for each in dixa.analytics.list_record_types()]
    await dixa.analytics.get_metric(metric)
    await dixa.analytics.get_record_type(record)
    await dixa.analytics.list_filter_values("agent_id")
    await dixa.analytics.query_metric("created_conversations", timezone="UTC", period=PeriodPreset.TODAY)
    await dixa.analytics.query_records(record, timezone="UTC", period=PeriodPreset.TODAY)


async def _customers_are_forgotten(dixa: DixaClient, company: _Company) -> None:
    (message, *_) = await dixa.messages.list(company.chat)
    await dixa.messages.anonymize(company.chat, message.id)
    request = await dixa.conversations.anonymize(company.chat, force=True)
    assert (await dixa.anonymization.get_request(request.id)).id == request.id
    await dixa.anonymization.create(str(company.email), AnonymizationType.CONVERSATION, force=True)
    await dixa.end_users.anonymize(company.end_user, force=True)


async def _they_clean_up(dixa: DixaClient, company: _Company) -> None:
    (template, *_) = [each async for each in dixa.templates.list()]
    await dixa.templates.delete(template.id)
    await dixa.tags.delete(company.tag)
    await dixa.webhooks.delete(company.subscription)
