"""The modules of the lazy names of each package.

Generated from the imports under TYPE_CHECKING in each package: run `python -m tests.helpers.lazy_index`.
"""

from typing import Final

# fmt: off

INDEX: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "dixa_async": {
        "_version": ("__version__",),
        "api_response": ("ApiResponse", "ResponseInfo",),
        "client": ("DixaClient",),
        "config": ("ClientConfig", "OnUnreadableItem", "RateLimit", "RetryEvent", "RetryPolicy", "Timeout",),
        "conversion": ("from_json", "to_dict", "to_json",),
        "errors": (
            "Attempt", "AuthenticationError", "BadRequestError", "CallError", "CallInfo", "CallTimeoutError",
            "ClientClosedError", "ConfigurationError", "ConflictError", "ConnectError", "ConnectionLostError",
            "DixaError", "DixaWarning", "FileChangedError", "IndeterminateWriteError", "InvalidRequestError",
            "NoMatchError", "NotFoundError", "PaginationError", "PermissionDeniedError", "QuotaExhaustedError",
            "RateLimitTimeoutError", "RedirectError", "ResponseDecodeError", "ResponseError", "ResponseTooLargeError",
            "SerializationError", "ServerError", "SeveralMatchesError", "StatusError", "TlsError",
            "TooManyRequestsError", "TransportError", "UnprocessableEntityError", "UnreadableItem",
            "UnreadableItemsError", "UsageError", "WaitTooLongError",
        ),
        "models.base": ("Model", "OpenEnum", "UNSET", "Unknown", "Unset",),
        "pagination": ("Page", "Pager",),
        "resources.once": ("OnceOutcome", "OnceResult",),
        "resources.webhook_subscriptions": ("EnsuredSubscription",),
        "rows": ("conversation_row", "message_row",),
        "secret": ("Secret",),
        "transport.http": ("Request", "Response",),
        "transport.limiter.protocol": ("Limiter", "LimiterState",),
        "transport.limiter.redis.settings": ("RedisRateLimit",),
        "transport.middleware.chain": ("Middleware", "Send",),
        "transport.operation": ("Operation",),
    },
    "dixa_async.exports": {
        "resource": ("Exports",),
        "rows": (
            "ExportChannel", "ExportDirection", "ExportedConversation", "ExportedCustomField", "ExportedFile",
            "ExportedFormSubmission", "ExportedMessage", "ExportedRating", "ExportedTag",
        ),
        "windows": ("ExportTime", "Order", "Window", "split_period",),
    },
    "dixa_async.models": {
        "activity": ("ActivityLogEntry", "ActivityType", "DeprecatedActivityType",),
        "activity_attributes": (
            "ActivityLogAttribute", "ActivityLogUser", "ConversationAssignedAttribute",
            "ConversationAutoReplySentAttribute", "ConversationChannelChangedAttribute", "ConversationClaimedAttribute",
            "ConversationCreatedAttribute", "ConversationCustomAttributesUpdatedAttribute",
            "ConversationEndUserReplacedAttribute", "ConversationLanguageUpdatedAttribute",
            "ConversationLinkedAttribute", "ConversationOfferedAttribute", "ConversationRatedAttribute",
            "ConversationRatingNotOfferedAttribute", "ConversationRatingOfferedAttribute",
            "ConversationRatingScheduledAttribute", "ConversationReservedAttribute",
            "ConversationResolvedStateToggledAttribute", "ConversationSubjectUpdatedAttribute",
            "ConversationTranscriptionEndedAttribute", "ConversationTransferredAttribute",
            "ConversationUnassignedAttribute", "MessageAddedAttribute", "MessageRedactedAttribute",
            "NoteAddedAttribute", "TagAddedAttribute", "TagRemovedAttribute",
        ),
        "agents": ("Agent", "AgentPatch", "AgentUpdate", "BulkAgentPatch", "BulkAgentUpdate", "NewAgent",),
        "analytics": (
            "AgentPresenceDurationValue", "AggregateMetadata", "AggregateValue", "DoubleAggregateValue",
            "DurationStatus", "LongAggregateValue", "Measure", "MetricData", "MetricFilterMetadata",
            "MetricFilterValue", "MetricMetadata", "MetricRecordMetadata", "PresenceDuration", "RecordFieldMetadata",
            "UnknownAggregateValue",
        ),
        "analytics_queries": (
            "MetricFilter", "MetricQuery", "Period", "PeriodInterval", "PeriodPreset", "PresetPeriod", "RecordQuery",
        ),
        "analytics_records": (
            "BooleanField", "DoubleField", "InstantField", "IntField", "ListField", "LongField", "MetricRecord",
            "PrimaryTimestamp", "PrimitiveField", "RecordField", "RecordFieldValue", "StringField", "TimestampField",
            "UnknownPrimitiveField", "UuidField",
        ),
        "anonymization": (
            "AnonymizationEntityType", "AnonymizationRequest", "AnonymizationType", "NewAnonymization",
        ),
        "articles": (
            "Article", "ArticleContent", "ArticlePatch", "ArticleTagChanges", "ArticleTranslation",
            "ArticleTranslations", "ArticleVersionLists", "ArticleVersions", "AttachmentFault", "AvailableAt",
            "HelpCenterLink", "NewArticle", "NewArticleTranslation", "TranslationFault", "TranslationsOutcome",
            "UploadOutcome", "UploadedAttachment",
        ),
        "base": ("JsonValue", "Model", "OpenEnum", "UNSET", "Unknown", "Unset",),
        "business_hours": (
            "BusinessHourStatus", "BusinessHourType", "BusinessHoursSchedule", "BusinessHoursScheduleDefinition",
            "BusinessHoursScheduleDefinitionResult", "BusinessHoursScheduleList", "BusinessHoursUpcomingSchedule",
            "BusinessHoursUpcomingScheduleResult", "BusinessOpenStatus", "ExceptionalBusinessHours", "Recurring",
            "RegularBusinessHours", "TimeInterval", "UpcomingBusinessHours",
        ),
        "common": ("BrowserInfo", "Channel", "Direction", "File",),
        "contact_endpoints": (
            "ContactEndpoint", "ContactEndpointType", "EmailEndpoint", "TelephonyEndpoint", "TelephonyFunction",
            "UnknownContactEndpoint",
        ),
        "conversation_actions": (
            "ConversationClaim", "ConversationFollowUp", "ConversationTransfer", "LinkType", "NewConversationLink",
        ),
        "conversation_flows": ("ConversationFlow",),
        "conversation_import": (
            "Closing", "ImportFault", "ImportedConversation", "ImportedInboundMessage", "ImportedMessage",
            "ImportedOutboundMessage", "NewImportedConversation", "RequesterConnectionStatus",
        ),
        "conversations": (
            "AnonymizedConversation", "Assignment", "ChatConversation", "ContactFormConversation", "Conversation",
            "ConversationLink", "ConversationQueue", "ConversationState", "EmailConversation", "EmailForwardLink",
            "FacebookMessengerConversation", "FollowUpLink", "GenericConversation", "MessengerConversation",
            "PstnPhoneConversation", "SideConversationLink", "SmsConversation", "TwitterConversation",
            "TwitterConversationType", "UnknownConversation", "UnknownConversationLink", "WhatsAppConversation",
        ),
        "custom_attributes": (
            "CustomAttribute", "CustomAttributeDefinition", "CustomAttributeEntity", "CustomAttributeInput",
            "CustomAttributeValue", "CustomAttributeValues", "SelectAttributeInput", "SelectOption",
            "TextAttributeInput",
        ),
        "end_users": (
            "BulkEndUserPatch", "BulkEndUserUpdate", "EndUser", "EndUserPatch", "EndUserUpdate", "NewEndUser",
        ),
        "internal_notes": ("InternalNote", "InternalNoteFault", "InternalNoteOutcome", "NewInternalNote",),
        "knowledge": (
            "CatalogArticle", "CatalogCategory", "Category", "CategoryTranslations", "Collection", "CollectionCatalog",
            "InheritedRestriction", "Restrictions", "TranslationTitle",
        ),
        "messages": (
            "AddedMessage", "AttachmentsFormValue", "CallRecordingAttributes", "ChatAttributes", "Checksum",
            "ContactFormAttributes", "EmailAttributes", "EmailContact", "EmailContent", "FacebookMessengerAttributes",
            "FormFile", "FormSubmission", "FormValue", "GenericAttributes", "Message", "MessageAttributes",
            "MessageContent", "MessengerFormAttributes", "MimeType", "PhoneAttributes", "RegularEmailContent",
            "SelectFormValue", "SmsAttributes", "TextFormValue", "TooLargeEmailContent", "TranscriptAttributes",
            "TwitterAttributes", "UnknownMessageContent", "WhatsAppAttributes",
        ),
        "new_conversations": (
            "ConversationActor", "CreatedConversation", "NewCallbackConversation", "NewChatConversation",
            "NewContactFormConversation", "NewConversation", "NewEmailConversation", "NewSmsConversation",
        ),
        "new_messages": (
            "HtmlContent", "InboundMessage", "MarkdownContent", "NewMessage", "NewMessageContent", "OutboundMessage",
            "TextContent",
        ),
        "organization": ("Organization", "OrganizationStatus",),
        "outcomes": (
            "BulkFault", "BulkOutcome", "EmptyPatchFault", "Failure", "GenericFault", "InfrastructureFault",
            "IntegrityFault", "InvalidArgumentFault", "NotFoundFault", "Success", "UnknownBulkFault", "ValidationFault",
        ),
        "presence": (
            "ConnectionStatus", "Presence", "PresenceStatus", "WorkingChannel", "WorkingChannelState",
        ),
        "queues": (
            "Availability", "AvailabilityFault", "AvailabilityKnown", "AvailabilityOutcome", "AvailabilityUnknown",
            "ChannelAvailability", "GenericChannelAvailability", "MemberListType", "NewQueue", "OfferingAlgorithm",
            "Queue", "QueueMember", "QueueMemberIds", "QueuePosition", "QueueThreshold", "QueueUsages",
            "SlaCalculationMethod", "UnexpectedAvailabilityFault", "UnknownAvailabilityFault",
            "UnknownChannelAvailability",
        ),
        "ratings": (
            "CsatScore", "NewRatingOffer", "NewRatingResult", "NewRatingScore", "NpsScore", "Rating", "RatingOffer",
            "RatingResult", "RatingScore", "RatingStatus", "RatingType", "ThumbsScore", "UnknownRatingScore",
        ),
        "search": (
            "InnerSearchHit", "SearchCondition", "SearchFilters", "SearchHit", "SearchParameters", "SearchQuery",
            "SearchStrategy", "TextSearchHit",
        ),
        "search_filters": (
            "AgentFilter", "ChannelFilter", "ContactFilter", "ConversationFilter", "CustomAttributeFilter",
            "DirectionFilter", "QueueFilter", "SearchFilter", "StatusFilter", "TagFilter",
        ),
        "search_operators": (
            "DurationBetween", "DurationOperator", "ExcludesAll", "ExcludesOne", "FieldFilter", "IdListOperator",
            "IdOperator", "IncludesAll", "IncludesOne", "IsEmpty", "IsNotEmpty", "IsNotOneOf", "IsOneOf",
            "LongerThanOrEqualTo", "OptionalIdOperator", "PathOperator", "SearchChannel", "SearchDirection",
            "SearchStatus", "ShorterThanOrEqualTo", "Since", "TimeBetween", "TimeOperator", "Until",
        ),
        "search_time_filters": (
            "AssignedFilter", "ClosedFilter", "CreatedFilter", "DurationFilter", "LastActivityFilter",
            "LastMessageFilter",
        ),
        "tags": ("NewTag", "Tag", "TagName", "TagState",),
        "teams": ("NewTeam", "Team", "TeamMember", "TeamReference",),
        "templates": (
            "EmailAutoReply", "QuickResponse", "Template", "TemplateTranslation", "TemplateType", "UnknownTemplate",
        ),
        "webhooks": (
            "BasicAuthorization", "CombinedWebhookFilters", "DeliveryDetail", "DeliveryStatus", "EventDeliveryLog",
            "EventDeliveryStatus", "NewWebhookSubscription", "NoAuthorization", "NoRecentDelivery",
            "TokenAuthorization", "UnknownWebhookCondition", "UnknownWebhookFilters", "WebhookAuthorization",
            "WebhookCondition", "WebhookEvent", "WebhookFilterField", "WebhookFilterStrategy", "WebhookFilters",
            "WebhookIsNotOneOf", "WebhookIsOneOf", "WebhookSubscription", "WebhookSubscriptionPatch",
        ),
    },
    "dixa_async.testing": {
        "cassettes.cassette": ("Cassette",),
        "cassettes.errors": ("CassetteError", "CassetteFileError", "UnexpectedCallError", "UnusedCallsError",),
        "cassettes.fake_loading": ("load_cassette",),
        "clock": ("FakeClock",),
        "http.faults": ("FaultRule",),
        "http.injected_faults": ("InjectedFault",),
        "http.request_log": ("ReceivedRequest",),
        "saving.errors": ("StateFileError",),
        "server": ("FakeDixa",),
        "state.server_state": ("State",),
        "webhooks.settings": ("DeliveryCopy", "DeliverySettings",),
    },
    "dixa_async.webhooks": {
        "aiohttp_web": ("aiohttp_app", "aiohttp_handler",),
        "asgi": ("AsgiApp",),
        "catch_up": ("CatchUpResult", "Intake",),
        "dispatcher": ("Backoff", "Dispatcher",),
        "errors": ("HandlerError", "RefusalReason", "UnreadableEventError", "WebhookRefusedError",),
        "event_models": (
            "AbandonedData", "ConversationData", "EventChannel", "EventConversation", "EventConversationStatus",
            "EventDirection", "EventOrganization", "EventQueue", "EventTag", "EventUser", "MessageAddedData",
            "MessageDirection", "MessageEventAttachment", "MessageEventContent", "NoteAddedData", "OtherData",
            "PendingExpiredData", "RatedData", "TagData",
        ),
        "events": (
            "ConversationAbandoned", "ConversationAssigned", "ConversationClosed", "ConversationCreated",
            "ConversationEnqueued", "ConversationEvent", "ConversationOpen", "ConversationPending",
            "ConversationPendingExpired", "ConversationRated", "ConversationUnassigned", "Event", "KnownEvent",
            "MessageAdded", "NoteAdded", "OtherEvent", "TagAdded", "TagRemoved", "parse_event",
        ),
        "handlers": ("Context",),
        "inbox.errors": (
            "InboxClosedError", "InboxError", "InboxFullError", "InvalidEventError", "LeaseLostError", "NotParkedError",
        ),
        "inbox.memory": ("MemoryInbox",),
        "inbox.protocol": ("Batch", "Inbox", "InboxStats", "IncomingEvent", "ParkedEvent",),
        "inbox.redis": ("RedisInbox",),
        "inbox.rules": ("Burst",),
        "inbox.sqlite": ("SqliteInbox",),
        "observer": ("BatchOutcome", "ReceiverObserver",),
        "own_messages": ("inbound",),
        "receiver": ("Receiver",),
        "reply": ("ReplyOutcome",),
        "results": ("ReceiveResult",),
        "signature": ("SigningSecrets", "VerifiedDelivery", "sign", "verify",),
    },
}
