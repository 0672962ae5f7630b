"""Everything that is sent to Dixa or comes back from it.

A name is imported when it is first used: ``from dixa_async.models import EmailAttributes`` loads one module.
"""

# The names stand here twice, for type checkers and for Python; a formatter would give each a line.
# ruff: isort: skip_file
# fmt: off

from typing import TYPE_CHECKING

from .._lazy import lazy_names

if TYPE_CHECKING:
    from .activity import (
        ActivityLogEntry as ActivityLogEntry, ActivityType as ActivityType,
        DeprecatedActivityType as DeprecatedActivityType,
    )
    from .activity_attributes import (
        ActivityLogAttribute as ActivityLogAttribute, ActivityLogUser as ActivityLogUser,
        ConversationAssignedAttribute as ConversationAssignedAttribute,
        ConversationAutoReplySentAttribute as ConversationAutoReplySentAttribute,
        ConversationChannelChangedAttribute as ConversationChannelChangedAttribute,
        ConversationClaimedAttribute as ConversationClaimedAttribute,
        ConversationCreatedAttribute as ConversationCreatedAttribute,
        ConversationCustomAttributesUpdatedAttribute as ConversationCustomAttributesUpdatedAttribute,
        ConversationEndUserReplacedAttribute as ConversationEndUserReplacedAttribute,
        ConversationLanguageUpdatedAttribute as ConversationLanguageUpdatedAttribute,
        ConversationLinkedAttribute as ConversationLinkedAttribute,
        ConversationOfferedAttribute as ConversationOfferedAttribute,
        ConversationRatedAttribute as ConversationRatedAttribute,
        ConversationRatingNotOfferedAttribute as ConversationRatingNotOfferedAttribute,
        ConversationRatingOfferedAttribute as ConversationRatingOfferedAttribute,
        ConversationRatingScheduledAttribute as ConversationRatingScheduledAttribute,
        ConversationReservedAttribute as ConversationReservedAttribute,
        ConversationResolvedStateToggledAttribute as ConversationResolvedStateToggledAttribute,
        ConversationSubjectUpdatedAttribute as ConversationSubjectUpdatedAttribute,
        ConversationTranscriptionEndedAttribute as ConversationTranscriptionEndedAttribute,
        ConversationTransferredAttribute as ConversationTransferredAttribute,
        ConversationUnassignedAttribute as ConversationUnassignedAttribute,
        MessageAddedAttribute as MessageAddedAttribute, MessageRedactedAttribute as MessageRedactedAttribute,
        NoteAddedAttribute as NoteAddedAttribute, TagAddedAttribute as TagAddedAttribute,
        TagRemovedAttribute as TagRemovedAttribute,
    )
    from .agents import (
        Agent as Agent, AgentPatch as AgentPatch, AgentUpdate as AgentUpdate, BulkAgentPatch as BulkAgentPatch,
        BulkAgentUpdate as BulkAgentUpdate, NewAgent as NewAgent,
    )
    from .analytics import (
        AgentPresenceDurationValue as AgentPresenceDurationValue, AggregateMetadata as AggregateMetadata,
        AggregateValue as AggregateValue, DoubleAggregateValue as DoubleAggregateValue,
        DurationStatus as DurationStatus, LongAggregateValue as LongAggregateValue, Measure as Measure,
        MetricData as MetricData, MetricFilterMetadata as MetricFilterMetadata, MetricFilterValue as MetricFilterValue,
        MetricMetadata as MetricMetadata, MetricRecordMetadata as MetricRecordMetadata,
        PresenceDuration as PresenceDuration, RecordFieldMetadata as RecordFieldMetadata,
        UnknownAggregateValue as UnknownAggregateValue,
    )
    from .analytics_queries import (
        PeriodInterval as PeriodInterval, MetricFilter as MetricFilter, MetricQuery as MetricQuery, Period as Period,
        PeriodPreset as PeriodPreset, PresetPeriod as PresetPeriod, RecordQuery as RecordQuery,
    )
    from .analytics_records import (
        BooleanField as BooleanField, DoubleField as DoubleField, InstantField as InstantField, IntField as IntField,
        ListField as ListField, LongField as LongField, MetricRecord as MetricRecord,
        PrimaryTimestamp as PrimaryTimestamp, PrimitiveField as PrimitiveField, RecordField as RecordField,
        RecordFieldValue as RecordFieldValue, StringField as StringField, TimestampField as TimestampField,
        UnknownPrimitiveField as UnknownPrimitiveField, UuidField as UuidField,
    )
    from .anonymization import (
        AnonymizationEntityType as AnonymizationEntityType, AnonymizationRequest as AnonymizationRequest,
        AnonymizationType as AnonymizationType, NewAnonymization as NewAnonymization,
    )
    from .articles import (
        Article as Article, ArticleContent as ArticleContent, ArticlePatch as ArticlePatch,
        ArticleTagChanges as ArticleTagChanges, ArticleTranslation as ArticleTranslation,
        ArticleTranslations as ArticleTranslations, ArticleVersionLists as ArticleVersionLists,
        ArticleVersions as ArticleVersions, AttachmentFault as AttachmentFault, AvailableAt as AvailableAt,
        HelpCenterLink as HelpCenterLink, NewArticle as NewArticle, NewArticleTranslation as NewArticleTranslation,
        TranslationFault as TranslationFault, TranslationsOutcome as TranslationsOutcome,
        UploadOutcome as UploadOutcome, UploadedAttachment as UploadedAttachment,
    )
    from .base import (
        UNSET as UNSET, JsonValue as JsonValue, Model as Model, OpenEnum as OpenEnum, Unknown as Unknown,
        Unset as Unset,
    )
    from .outcomes import (
        BulkFault as BulkFault, BulkOutcome as BulkOutcome, EmptyPatchFault as EmptyPatchFault, Failure as Failure,
        GenericFault as GenericFault, InfrastructureFault as InfrastructureFault, IntegrityFault as IntegrityFault,
        InvalidArgumentFault as InvalidArgumentFault, NotFoundFault as NotFoundFault, Success as Success,
        UnknownBulkFault as UnknownBulkFault, ValidationFault as ValidationFault,
    )
    from .business_hours import (
        BusinessHourStatus as BusinessHourStatus, BusinessHourType as BusinessHourType,
        BusinessHoursSchedule as BusinessHoursSchedule,
        BusinessHoursScheduleDefinition as BusinessHoursScheduleDefinition,
        BusinessHoursScheduleDefinitionResult as BusinessHoursScheduleDefinitionResult,
        BusinessHoursScheduleList as BusinessHoursScheduleList,
        BusinessHoursUpcomingSchedule as BusinessHoursUpcomingSchedule,
        BusinessHoursUpcomingScheduleResult as BusinessHoursUpcomingScheduleResult,
        BusinessOpenStatus as BusinessOpenStatus, ExceptionalBusinessHours as ExceptionalBusinessHours,
        Recurring as Recurring, RegularBusinessHours as RegularBusinessHours, TimeInterval as TimeInterval,
        UpcomingBusinessHours as UpcomingBusinessHours,
    )
    from .common import (BrowserInfo as BrowserInfo, Channel as Channel, Direction as Direction, File as File)
    from .contact_endpoints import (
        ContactEndpoint as ContactEndpoint, ContactEndpointType as ContactEndpointType, EmailEndpoint as EmailEndpoint,
        TelephonyEndpoint as TelephonyEndpoint, TelephonyFunction as TelephonyFunction,
        UnknownContactEndpoint as UnknownContactEndpoint,
    )
    from .conversation_actions import (
        ConversationClaim as ConversationClaim, ConversationFollowUp as ConversationFollowUp,
        ConversationTransfer as ConversationTransfer, LinkType as LinkType,
        NewConversationLink as NewConversationLink,
    )
    from .conversation_flows import (ConversationFlow as ConversationFlow)
    from .conversation_import import (
        Closing as Closing, ImportFault as ImportFault, ImportedConversation as ImportedConversation,
        ImportedInboundMessage as ImportedInboundMessage, ImportedMessage as ImportedMessage,
        ImportedOutboundMessage as ImportedOutboundMessage, NewImportedConversation as NewImportedConversation,
        RequesterConnectionStatus as RequesterConnectionStatus,
    )
    from .conversations import (
        AnonymizedConversation as AnonymizedConversation, Assignment as Assignment,
        ChatConversation as ChatConversation, ContactFormConversation as ContactFormConversation,
        Conversation as Conversation, ConversationLink as ConversationLink, ConversationQueue as ConversationQueue,
        ConversationState as ConversationState, EmailConversation as EmailConversation,
        EmailForwardLink as EmailForwardLink, FacebookMessengerConversation as FacebookMessengerConversation,
        FollowUpLink as FollowUpLink, GenericConversation as GenericConversation,
        MessengerConversation as MessengerConversation, PstnPhoneConversation as PstnPhoneConversation,
        SideConversationLink as SideConversationLink, SmsConversation as SmsConversation,
        TwitterConversation as TwitterConversation, TwitterConversationType as TwitterConversationType,
        UnknownConversation as UnknownConversation, UnknownConversationLink as UnknownConversationLink,
        WhatsAppConversation as WhatsAppConversation,
    )
    from .custom_attributes import (
        CustomAttribute as CustomAttribute, CustomAttributeDefinition as CustomAttributeDefinition,
        CustomAttributeEntity as CustomAttributeEntity, CustomAttributeInput as CustomAttributeInput,
        CustomAttributeValue as CustomAttributeValue, CustomAttributeValues as CustomAttributeValues,
        SelectAttributeInput as SelectAttributeInput, SelectOption as SelectOption,
        TextAttributeInput as TextAttributeInput,
    )
    from .end_users import (
        BulkEndUserPatch as BulkEndUserPatch, BulkEndUserUpdate as BulkEndUserUpdate, EndUser as EndUser,
        EndUserPatch as EndUserPatch, EndUserUpdate as EndUserUpdate, NewEndUser as NewEndUser,
    )
    from .internal_notes import (
        InternalNote as InternalNote, InternalNoteFault as InternalNoteFault,
        InternalNoteOutcome as InternalNoteOutcome, NewInternalNote as NewInternalNote,
    )
    from .knowledge import (
        CatalogArticle as CatalogArticle, CatalogCategory as CatalogCategory, Category as Category,
        CategoryTranslations as CategoryTranslations, Collection as Collection,
        CollectionCatalog as CollectionCatalog, InheritedRestriction as InheritedRestriction,
        Restrictions as Restrictions, TranslationTitle as TranslationTitle,
    )
    from .messages import (
        AddedMessage as AddedMessage, AttachmentsFormValue as AttachmentsFormValue,
        CallRecordingAttributes as CallRecordingAttributes, ChatAttributes as ChatAttributes, Checksum as Checksum,
        ContactFormAttributes as ContactFormAttributes, EmailAttributes as EmailAttributes,
        EmailContact as EmailContact, EmailContent as EmailContent,
        FacebookMessengerAttributes as FacebookMessengerAttributes, FormFile as FormFile,
        FormSubmission as FormSubmission, FormValue as FormValue, GenericAttributes as GenericAttributes,
        Message as Message, MessageAttributes as MessageAttributes, MessageContent as MessageContent,
        MessengerFormAttributes as MessengerFormAttributes, MimeType as MimeType, PhoneAttributes as PhoneAttributes,
        RegularEmailContent as RegularEmailContent, SelectFormValue as SelectFormValue, SmsAttributes as SmsAttributes,
        TextFormValue as TextFormValue, TooLargeEmailContent as TooLargeEmailContent,
        TranscriptAttributes as TranscriptAttributes, TwitterAttributes as TwitterAttributes,
        UnknownMessageContent as UnknownMessageContent, WhatsAppAttributes as WhatsAppAttributes,
    )
    from .new_conversations import (
        ConversationActor as ConversationActor, CreatedConversation as CreatedConversation,
        NewCallbackConversation as NewCallbackConversation, NewChatConversation as NewChatConversation,
        NewContactFormConversation as NewContactFormConversation, NewConversation as NewConversation,
        NewEmailConversation as NewEmailConversation, NewSmsConversation as NewSmsConversation,
    )
    from .new_messages import (
        HtmlContent as HtmlContent, InboundMessage as InboundMessage, MarkdownContent as MarkdownContent,
        NewMessage as NewMessage, NewMessageContent as NewMessageContent, OutboundMessage as OutboundMessage,
        TextContent as TextContent,
    )
    from .organization import (Organization as Organization, OrganizationStatus as OrganizationStatus)
    from .presence import (
        ConnectionStatus as ConnectionStatus, Presence as Presence, PresenceStatus as PresenceStatus,
        WorkingChannel as WorkingChannel, WorkingChannelState as WorkingChannelState,
    )
    from .queues import (
        Availability as Availability, AvailabilityFault as AvailabilityFault, AvailabilityKnown as AvailabilityKnown,
        AvailabilityUnknown as AvailabilityUnknown, AvailabilityOutcome as AvailabilityOutcome,
        ChannelAvailability as ChannelAvailability, GenericChannelAvailability as GenericChannelAvailability,
        MemberListType as MemberListType, NewQueue as NewQueue, OfferingAlgorithm as OfferingAlgorithm, Queue as Queue,
        QueueMember as QueueMember, QueueMemberIds as QueueMemberIds, QueuePosition as QueuePosition,
        QueueThreshold as QueueThreshold, QueueUsages as QueueUsages, SlaCalculationMethod as SlaCalculationMethod,
        UnexpectedAvailabilityFault as UnexpectedAvailabilityFault,
        UnknownAvailabilityFault as UnknownAvailabilityFault, UnknownChannelAvailability as UnknownChannelAvailability,
    )
    from .ratings import (
        CsatScore as CsatScore, NewRatingOffer as NewRatingOffer, NewRatingResult as NewRatingResult,
        NewRatingScore as NewRatingScore, NpsScore as NpsScore, Rating as Rating, RatingOffer as RatingOffer,
        RatingResult as RatingResult, RatingScore as RatingScore, RatingStatus as RatingStatus,
        RatingType as RatingType, ThumbsScore as ThumbsScore, UnknownRatingScore as UnknownRatingScore,
    )
    from .search import (
        InnerSearchHit as InnerSearchHit, SearchCondition as SearchCondition, SearchFilters as SearchFilters,
        SearchHit as SearchHit, SearchParameters as SearchParameters, SearchQuery as SearchQuery,
        SearchStrategy as SearchStrategy, TextSearchHit as TextSearchHit,
    )
    from .search_filters import (
        AgentFilter as AgentFilter, ChannelFilter as ChannelFilter, ContactFilter as ContactFilter,
        ConversationFilter as ConversationFilter, CustomAttributeFilter as CustomAttributeFilter,
        DirectionFilter as DirectionFilter, QueueFilter as QueueFilter, SearchFilter as SearchFilter,
        StatusFilter as StatusFilter, TagFilter as TagFilter,
    )
    from .search_operators import (
        DurationBetween as DurationBetween, DurationOperator as DurationOperator, ExcludesAll as ExcludesAll,
        ExcludesOne as ExcludesOne, FieldFilter as FieldFilter, IdListOperator as IdListOperator,
        IdOperator as IdOperator,
        IncludesAll as IncludesAll, IncludesOne as IncludesOne, IsEmpty as IsEmpty, IsNotEmpty as IsNotEmpty,
        IsNotOneOf as IsNotOneOf, IsOneOf as IsOneOf, LongerThanOrEqualTo as LongerThanOrEqualTo,
        OptionalIdOperator as OptionalIdOperator, PathOperator as PathOperator, SearchChannel as SearchChannel,
        SearchDirection as SearchDirection, SearchStatus as SearchStatus,
        ShorterThanOrEqualTo as ShorterThanOrEqualTo, Since as Since, TimeBetween as TimeBetween,
        TimeOperator as TimeOperator, Until as Until,
    )
    from .search_time_filters import (
        AssignedFilter as AssignedFilter, ClosedFilter as ClosedFilter, CreatedFilter as CreatedFilter,
        DurationFilter as DurationFilter, LastActivityFilter as LastActivityFilter,
        LastMessageFilter as LastMessageFilter,
    )
    from .tags import (NewTag as NewTag, Tag as Tag, TagName as TagName, TagState as TagState)
    from .teams import (NewTeam as NewTeam, Team as Team, TeamMember as TeamMember, TeamReference as TeamReference)
    from .templates import (
        EmailAutoReply as EmailAutoReply, QuickResponse as QuickResponse, Template as Template,
        TemplateTranslation as TemplateTranslation, TemplateType as TemplateType, UnknownTemplate as UnknownTemplate,
    )
    from .webhooks import (
        BasicAuthorization as BasicAuthorization, CombinedWebhookFilters as CombinedWebhookFilters,
        DeliveryDetail as DeliveryDetail, DeliveryStatus as DeliveryStatus, EventDeliveryLog as EventDeliveryLog,
        EventDeliveryStatus as EventDeliveryStatus, NewWebhookSubscription as NewWebhookSubscription,
        NoAuthorization as NoAuthorization, NoRecentDelivery as NoRecentDelivery,
        TokenAuthorization as TokenAuthorization, UnknownWebhookCondition as UnknownWebhookCondition,
        UnknownWebhookFilters as UnknownWebhookFilters, WebhookAuthorization as WebhookAuthorization,
        WebhookCondition as WebhookCondition, WebhookEvent as WebhookEvent, WebhookFilterField as WebhookFilterField,
        WebhookFilterStrategy as WebhookFilterStrategy, WebhookFilters as WebhookFilters,
        WebhookIsNotOneOf as WebhookIsNotOneOf, WebhookIsOneOf as WebhookIsOneOf,
        WebhookSubscription as WebhookSubscription, WebhookSubscriptionPatch as WebhookSubscriptionPatch,
    )

_NAMES = {
    "activity": ("ActivityLogEntry", "ActivityType", "DeprecatedActivityType"),
    "activity_attributes": (
        "ActivityLogAttribute", "ActivityLogUser", "ConversationAssignedAttribute",
        "ConversationAutoReplySentAttribute", "ConversationChannelChangedAttribute", "ConversationClaimedAttribute",
        "ConversationCreatedAttribute", "ConversationCustomAttributesUpdatedAttribute",
        "ConversationEndUserReplacedAttribute", "ConversationLanguageUpdatedAttribute", "ConversationLinkedAttribute",
        "ConversationOfferedAttribute", "ConversationRatedAttribute", "ConversationRatingNotOfferedAttribute",
        "ConversationRatingOfferedAttribute", "ConversationRatingScheduledAttribute", "ConversationReservedAttribute",
        "ConversationResolvedStateToggledAttribute", "ConversationSubjectUpdatedAttribute",
        "ConversationTranscriptionEndedAttribute", "ConversationTransferredAttribute",
        "ConversationUnassignedAttribute", "MessageAddedAttribute", "MessageRedactedAttribute", "NoteAddedAttribute",
        "TagAddedAttribute", "TagRemovedAttribute",
    ),
    "agents": ("Agent", "AgentPatch", "AgentUpdate", "BulkAgentPatch", "BulkAgentUpdate", "NewAgent"),
    "analytics": (
        "AgentPresenceDurationValue", "AggregateMetadata", "AggregateValue", "DoubleAggregateValue", "DurationStatus",
        "LongAggregateValue", "Measure", "MetricData", "MetricFilterMetadata", "MetricFilterValue", "MetricMetadata",
        "MetricRecordMetadata", "PresenceDuration", "RecordFieldMetadata", "UnknownAggregateValue",
    ),
    "analytics_queries": (
        "PeriodInterval", "MetricFilter", "MetricQuery", "Period", "PeriodPreset", "PresetPeriod", "RecordQuery",
    ),
    "analytics_records": (
        "BooleanField", "DoubleField", "InstantField", "IntField", "ListField", "LongField", "MetricRecord",
        "PrimaryTimestamp", "PrimitiveField", "RecordField", "RecordFieldValue", "StringField", "TimestampField",
        "UnknownPrimitiveField", "UuidField",
    ),
    "anonymization": ("AnonymizationEntityType", "AnonymizationRequest", "AnonymizationType", "NewAnonymization"),
    "articles": (
        "Article", "ArticleContent", "ArticlePatch", "ArticleTagChanges", "ArticleTranslation", "ArticleTranslations",
        "ArticleVersionLists", "ArticleVersions", "AttachmentFault", "AvailableAt", "HelpCenterLink", "NewArticle",
        "NewArticleTranslation", "TranslationFault", "TranslationsOutcome", "UploadOutcome", "UploadedAttachment",
    ),
    "base": ("UNSET", "JsonValue", "Model", "OpenEnum", "Unknown", "Unset"),
    "outcomes": (
        "BulkFault", "BulkOutcome", "EmptyPatchFault", "Failure", "GenericFault", "InfrastructureFault",
        "IntegrityFault", "InvalidArgumentFault", "NotFoundFault", "Success", "UnknownBulkFault", "ValidationFault",
    ),
    "business_hours": (
        "BusinessHourStatus", "BusinessHourType", "BusinessHoursSchedule", "BusinessHoursScheduleDefinition",
        "BusinessHoursScheduleDefinitionResult", "BusinessHoursScheduleList", "BusinessHoursUpcomingSchedule",
        "BusinessHoursUpcomingScheduleResult", "BusinessOpenStatus", "ExceptionalBusinessHours", "Recurring",
        "RegularBusinessHours", "TimeInterval", "UpcomingBusinessHours",
    ),
    "common": ("BrowserInfo", "Channel", "Direction", "File"),
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
        "CustomAttributeValue", "CustomAttributeValues", "SelectAttributeInput", "SelectOption", "TextAttributeInput",
    ),
    "end_users": ("BulkEndUserPatch", "BulkEndUserUpdate", "EndUser", "EndUserPatch", "EndUserUpdate", "NewEndUser"),
    "internal_notes": ("InternalNote", "InternalNoteFault", "InternalNoteOutcome", "NewInternalNote"),
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
    "organization": ("Organization", "OrganizationStatus"),
    "presence": ("ConnectionStatus", "Presence", "PresenceStatus", "WorkingChannel", "WorkingChannelState"),
    "queues": (
        "Availability", "AvailabilityFault", "AvailabilityKnown", "AvailabilityUnknown", "AvailabilityOutcome",
        "ChannelAvailability", "GenericChannelAvailability", "MemberListType", "NewQueue", "OfferingAlgorithm", "Queue",
        "QueueMember", "QueueMemberIds", "QueuePosition", "QueueThreshold", "QueueUsages", "SlaCalculationMethod",
        "UnexpectedAvailabilityFault", "UnknownAvailabilityFault", "UnknownChannelAvailability",
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
        "LongerThanOrEqualTo",
        "OptionalIdOperator", "PathOperator", "SearchChannel", "SearchDirection", "SearchStatus",
        "ShorterThanOrEqualTo", "Since", "TimeBetween", "TimeOperator", "Until",
    ),
    "search_time_filters": (
        "AssignedFilter", "ClosedFilter", "CreatedFilter", "DurationFilter", "LastActivityFilter",
        "LastMessageFilter",
    ),
    "tags": ("NewTag", "Tag", "TagName", "TagState"),
    "teams": ("NewTeam", "Team", "TeamMember", "TeamReference"),
    "templates": (
        "EmailAutoReply", "QuickResponse", "Template", "TemplateTranslation", "TemplateType", "UnknownTemplate",
    ),
    "webhooks": (
        "BasicAuthorization", "CombinedWebhookFilters", "DeliveryDetail", "DeliveryStatus", "EventDeliveryLog",
        "EventDeliveryStatus", "NewWebhookSubscription", "NoAuthorization", "NoRecentDelivery", "TokenAuthorization",
        "UnknownWebhookCondition", "UnknownWebhookFilters", "WebhookAuthorization", "WebhookCondition", "WebhookEvent",
        "WebhookFilterField", "WebhookFilterStrategy", "WebhookFilters", "WebhookIsNotOneOf", "WebhookIsOneOf",
        "WebhookSubscription", "WebhookSubscriptionPatch",
    ),
}

if not TYPE_CHECKING:  # a type checker that saw it would take any misspelt name for one of the package
    __getattr__, __dir__ = lazy_names(__name__, _NAMES)
