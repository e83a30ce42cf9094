/* Made of the API's description; packages/http/test/openapi.test.ts says how. */

/** Routes by their path, then by method. */
export interface paths {
    "/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tickets that wait for an approval, oldest first
         * @description Tickets that wait for an approval, oldest first. Scope: `tickets:read`.
         */
        get: operations["listApprovals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/catalogue/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accepts exactly the tool definitions that were seen, by their hashes
         * @description Accepts exactly the tool definitions that were seen, by their hashes; answers the pins then in force. Scope: `policy:write`.
         */
        post: operations["acceptTools"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/catalogue/tools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The tools as they are defined now, and where that differs from what is accepted
         * @description The tools as they are defined now, and where that differs from what is accepted. Scope policy:write. Scope: `policy:write`.
         */
        get: operations["reviewTools"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that happens, as server-sent events
         * @description Everything that happens, as server-sent events. Each event names what happened; read what it names. With Last-Event-ID nothing is missed or repeated. Scope: `tickets:read`.
         */
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Records the caller's feedback on a ticket
         * @description Records the caller's feedback on a ticket; one vote per author and ticket, the last wins. Scope: `feedback:write`.
         */
        post: operations["giveFeedback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/halt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Halts in force
         * @description Halts in force. Scope: `tickets:read`.
         */
        get: operations["listHalts"];
        put?: never;
        /**
         * Stops all writes of the tenant, or of one category, before the next call
         * @description Stops all writes of the tenant, or of one category, before the next call. Scope: `halt` or `halt:raise`.
         */
        post: operations["halt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/halt/{halt_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Lifts a halt
         * @description Lifts a halt. Scope: `halt`.
         */
        delete: operations["liftHalt"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the service is
         * @description How the service is: store, queue and analyst. 503 while the store cannot be reached. Needs no authentication.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ingest/{source}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes in a message of a system that the operator set up
         * @description Takes in a message of a system that the operator set up; authenticated by its signature or token.
         */
        post: operations["ingest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This description of the API (OpenAPI 3
         * @description This description of the API (OpenAPI 3.1).
         */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/patterns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Learned patterns, newest first, with what each action type still lacks
         * @description Learned patterns, newest first, with what each action type still lacks. Scope: `tickets:read`.
         */
        get: operations["listPatterns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/patterns/{pattern_id}/candidate-fixes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What people said has fixed tickets of a pattern, newest first, at most 100
         * @description What people said has fixed tickets of a pattern, newest first, at most 100. Scope: `tickets:read`.
         */
        get: operations["listCandidateFixes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/patterns/{pattern_id}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What people said about a pattern, and what was merged into it, oldest first, with what was taken back
         * @description What people said about a pattern, and what was merged into it, oldest first, with what was taken back. Scope: `tickets:read`.
         */
        get: operations["listPatternChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/patterns/{pattern_id}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Says that a pattern is the same problem as another one, under which all of it counts from then on
         * @description Says that a pattern is the same problem as another one, under which all of it counts from then on. Scope: `policy:write`.
         */
        post: operations["mergePattern"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/patterns/{pattern_id}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a runbook of a candidate fix, changes one (the same name again), or retires it
         * @description Makes a runbook of a candidate fix, changes one (the same name again), or retires it. Scope: `policy:write`.
         */
        post: operations["promote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/patterns/{pattern_id}/rename": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Gives a pattern another name
         * @description Gives a pattern another name. Scope: `policy:write`.
         */
        post: operations["renamePattern"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/patterns/{pattern_id}/runbooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The runbooks that people made of a pattern, every version, oldest first
         * @description The runbooks that people made of a pattern, every version, oldest first. Scope: `tickets:read`.
         */
        get: operations["listRunbooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/patterns/{pattern_id}/split": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Says that some tickets of a pattern are another problem
         * @description Says that some tickets of a pattern are another problem: they get a pattern of their own. Scope: `policy:write`.
         */
        post: operations["splitPattern"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/patterns/{pattern_id}/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The newest tickets that count under a pattern today, newest first
         * @description The newest tickets that count under a pattern today, newest first. Scope: `tickets:read`.
         */
        get: operations["listPatternTickets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/patterns/{pattern_id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes an earlier change of a pattern back
         * @description Takes an earlier change of a pattern back. Scope: `policy:write`.
         */
        post: operations["undoPatternChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/policies/{category}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The policy in force for a category
         * @description The policy in force for a category; its ETag is the version. Scope: `tickets:read`.
         */
        get: operations["getPolicy"];
        /**
         * Changes parts of a policy
         * @description Changes parts of a policy; needs If-Match with the ETag of the version that was read. Scope: `policy:write`.
         */
        put: operations["setPolicy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/policies/{category}/phase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sets the rollout phase of a category
         * @description Sets the rollout phase of a category; needs If-Match with the ETag of the version that was read. Scope: `policy:write`.
         */
        post: operations["setPhase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stats/auto-remediation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of the tickets of the last `days` (default 30), with 95 % intervals by Wilson (1927)
         * @description What became of the tickets of the last `days` (default 30), with 95 % intervals by Wilson (1927). Scope: `stats:read`.
         */
        get: operations["getRemediationStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stats/reliability": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reliability over the last `days` (default 30), of one category or all
         * @description Reliability over the last `days` (default 30), of one category or all; the gates as they are now, calibration, and the risk at each coverage. Scope: `stats:read`.
         */
        get: operations["getReliabilityStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists tickets, newest first
         * @description Lists tickets, newest first. Scope: `tickets:read`.
         */
        get: operations["listTickets"];
        put?: never;
        /**
         * Takes a ticket in
         * @description Takes a ticket in; `Prefer: wait=N` waits up to N seconds (at most 30) for the decision. Scope: `tickets:write`.
         */
        post: operations["submitTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tickets/{ticket_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One ticket with its analysis, reliability, decision and latest remediation
         * @description One ticket with its analysis, reliability, decision and latest remediation. Scope: `tickets:read`.
         */
        get: operations["getTicket"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Opts a ticket in or out
         * @description Opts a ticket in or out. Out ends pending work before its next write; in decides anew. Scope: `tickets:write`.
         */
        patch: operations["setOptIn"];
        trace?: never;
    };
    "/tickets/{ticket_id}/adjudicate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Shadow mode
         * @description Shadow mode: says whether the proposal would have worked, where the person who fixed it did something else. Scope: `remediation:approve` or `remediation:approve:CATEGORY`.
         */
        post: operations["adjudicate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tickets/{ticket_id}/approve-remediation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A person's yes or no to exactly what was shown (approval_id and binding_hash)
         * @description A person's yes or no to exactly what was shown (approval_id and binding_hash). Scope: `remediation:approve` or `remediation:approve:CATEGORY`.
         */
        post: operations["answerApproval"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tickets/{ticket_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Nobody wants it worked on any more
         * @description Nobody wants it worked on any more: ends what waits, and closes the ticket. Scope: `tickets:write`.
         */
        post: operations["cancelTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tickets/{ticket_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens to one ticket, as server-sent events
         * @description What happens to one ticket, as server-sent events. Each event names what happened; read what it names. With Last-Event-ID nothing is missed or repeated. Scope: `tickets:read`.
         */
        get: operations["streamTicketEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tickets/{ticket_id}/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All feedback on a ticket, oldest first
         * @description All feedback on a ticket, oldest first. Scope: `tickets:read`.
         */
        get: operations["listFeedback"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tickets/{ticket_id}/reconcile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ends what is parked
         * @description Ends what is parked: an unknown outcome, or effects that a halt left standing. The old call may still land. Scope: `remediation:approve` or `remediation:approve:CATEGORY`.
         */
        post: operations["reconcile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tickets/{ticket_id}/remediation-logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All log rows of a ticket, in the order in which they were written
         * @description All log rows of a ticket, in the order in which they were written. Scope: `tickets:read`.
         */
        get: operations["listRemediationLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tickets/{ticket_id}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * It is broken still, or again
         * @description It is broken still, or again: a person has to look. Within 7 days the fix counts as a failure. Scope: `tickets:write`.
         */
        post: operations["reopenTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tickets/{ticket_id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A person fixed it
         * @description A person fixed it: ends pending work of the ticket before its next write. Scope: `tickets:write`.
         */
        post: operations["resolveTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tickets/{ticket_id}/similar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Earlier tickets that are alike, most alike first, with the terms they share
         * @description Earlier tickets that are alike, most alike first, with the terms they share. Scope: `tickets:read`.
         */
        get: operations["listSimilarTickets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events that webhook endpoints did not take after the last attempt, newest first
         * @description Events that webhook endpoints did not take after the last attempt, newest first; at most `limit`, 1..200. Scope: `tickets:read`.
         */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/dead-letters/{dead_letter_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a dead letter once more, now
         * @description Sends a dead letter once more, now; when its endpoint takes it, it is no dead letter any more. Scope: `policy:write`.
         */
        post: operations["retryDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
/** Everything that has a name of its own. */
export interface components {
    schemas: {
        /** @description What a caller gets who may change a ticket and not read it: that it was taken in, and where it stands. */
        Acknowledgement: {
            status: components["schemas"]["TicketStatus"];
            ticket_id: string;
        };
        /** @description One call of one catalogued action with its arguments. */
        Action: {
            action: string;
            arguments: {
                [key: string]: unknown;
            };
        };
        /** @description The body of POST /tickets/{ticket_id}/adjudicate: whether a proposal that nobody carried out would have worked. */
        Adjudication: {
            comment?: string | null;
            would_have_worked: boolean;
        };
        /** @description What the analyst said: summary, hypotheses, proposed plan, confidence. */
        Analysis: {
            analyst: string;
            confidence: number;
            evidence: string[];
            hypotheses: {
                cause: string;
                probability: number;
            }[];
            observations: {
                arguments: unknown;
                error: string | null;
                tool: string;
                value: unknown;
            }[];
            plan: components["schemas"]["Plan"] | null;
            root_cause: string | null;
            summary: string;
            what_would_change_my_mind: string | null;
        };
        /** @description An approval request: what is asked of whom, until when, and what the binding hash covers. */
        Approval: {
            approval_id: string;
            approvals: components["schemas"]["Consent"][];
            barred: {
                [key: string]: string;
            };
            binding_hash: string;
            consumed_at: string | null;
            escalated_at: string | null;
            /** Format: date-time */
            expires_at: string;
            good_until: string | null;
            granted_at: string | null;
            needed: number;
            /** Format: date-time */
            requested_at: string;
            shown: {
                /** Format: date-time */
                expires_at: string;
                pins: {
                    [key: string]: string;
                };
                plan: components["schemas"]["Plan"];
                policy_version: number;
                snapshot: unknown;
            };
        };
        /** @description The body of POST /tickets/{ticket_id}/approve-remediation; both ids come from the request that was shown. */
        ApprovalAnswer: {
            approval_id: string;
            approve: boolean;
            binding_hash: string;
            comment?: string | null;
            reason_code?: ("wrong_action" | "wrong_target" | "not_now" | "duplicate" | "other") | null;
        };
        /** @description The four factors of a score as whole percents. */
        Breakdown: {
            ai_confidence: string;
            human_validation: string;
            pattern_recognition: string;
            success_history: string;
        };
        /** @description How far stated confidence could be relied on, and the curve that corrects it. */
        Calibration: {
            labels: number;
            /** @enum {string} */
            method: "identity" | "platt" | "isotonic";
            recalibrated: components["schemas"]["CalibrationQuality"] | null;
            stated: components["schemas"]["CalibrationQuality"] | null;
        };
        /** @description Expected calibration error, Brier score with its parts, and the bins of a reliability diagram. */
        CalibrationQuality: {
            accuracy: number;
            bins: {
                accuracy: number;
                confidence: number;
                n: number;
            }[];
            brier: number;
            confident_error_rate: number | null;
            discrimination: number;
            ece: number;
            ece_null_95: number;
            ece_p: number;
            ece2: number;
            enough: boolean;
            labels: number;
            mean_confidence: number;
            miscalibration: number;
            skill: number;
            spiegelhalter_z: number;
            uncertainty: number;
        };
        /** @description What a person said really fixed a ticket; somebody may promote it to a runbook. */
        CandidateFix: {
            actions: components["schemas"]["Action"][];
            /** Format: date-time */
            at: string;
            author: string;
            /** @enum {string} */
            source: "feedback" | "resolution";
            text: string;
            ticket_id: string;
        };
        /**
         * @description Level of a score: very_high from 90, high from 75, medium from 60, else low.
         * @enum {string}
         */
        ConfidenceLevel: "very_high" | "high" | "medium" | "low";
        /** @description The yes of one approver. */
        Consent: {
            /** Format: date-time */
            at: string;
            by: string;
            comment: string | null;
        };
        /** @description An event that a webhook endpoint did not take, after the last attempt. */
        DeadLetter: {
            /** Format: date-time */
            at: string;
            dead_letter_id: string;
            endpoint: string;
            error: string;
            event: components["schemas"]["OutboxEvent"];
        };
        /** @description The route of a ticket, its reason, and every rule that was looked at. */
        Decision: {
            because: components["schemas"]["RuleLooked"][];
            reason: string;
            requires_approval: boolean;
            /** @enum {string} */
            route: "auto" | "approval" | "manual" | "suggest_only";
        };
        /** @description How long something took, in minutes; null of nothing. */
        Durations: {
            count: number;
            mean_minutes: number | null;
            median_minutes: number | null;
        };
        /** @description The four factors of a score, 0..100. */
        Factors: {
            ai_confidence: number;
            human_validation: number;
            pattern_recognition: number;
            success_history: number;
        };
        /** @description Feedback as it is stored; one a ticket and author, the last counts. */
        Feedback: {
            actions_worked: boolean | null;
            actual_resolution: string | null;
            /** Format: date-time */
            at: string;
            author: string;
            comment: string | null;
            /** @enum {string} */
            feedback_type: "positive" | "negative" | "neutral";
            rating: number | null;
            remediation_id: string | null;
            resolution_accurate: boolean | null;
            suggestions: string | null;
            ticket_id: string;
            time_to_resolve: number | null;
            value: number;
            /** @enum {string} */
            verdict: "positive" | "negative" | "neutral";
            was_helpful: boolean | null;
            what_didnt_work: string | null;
            what_worked: string | null;
        };
        /** @description The body of POST /feedback. */
        FeedbackInput: {
            actions_worked?: boolean | null;
            actual_resolution?: string | null;
            comment?: string | null;
            /** @enum {string} */
            feedback_type: "positive" | "negative" | "neutral";
            rating?: number | null;
            remediation_id?: string | null;
            resolution_accurate?: boolean | null;
            suggestions?: string | null;
            ticket_id: string;
            time_to_resolve?: number | null;
            was_helpful?: boolean | null;
            what_didnt_work?: string | null;
            what_worked?: string | null;
        } & {
            [key: string]: unknown;
        };
        /** @description What became of feedback: whether it counts, and the new score of its ticket. */
        FeedbackReceipt: {
            breakdown: components["schemas"]["Breakdown"] | null;
            confidence_level: components["schemas"]["ConfidenceLevel"] | null;
            counted: boolean;
            factors: components["schemas"]["Factors"] | null;
            feedback: components["schemas"]["Feedback"];
            not_counted_because: string | null;
            notes: string[];
            reliability_score: number | null;
            replaced: boolean;
            warnings: components["schemas"]["Warning"][];
        };
        /** @description The gate of one stratum in mode guaranteed: open or closed, why, and what it still lacks. */
        Gate: {
            action_class: string;
            alpha: number;
            bounds: components["schemas"]["GateBound"][];
            budget: {
                allowed: number;
                autos: number;
                known_wrong: number;
            };
            categories: string[];
            clean_runs_left: number;
            delta: number;
            detector: {
                evidence: number;
                fired: number;
                speaks_at: number;
            };
            epoch: number;
            lambda: number | null;
            open: boolean;
            stratum: string;
            waiting: number;
            why: string;
        };
        /** @description One threshold of a gate: its stake, the stake that opens it, and the labels behind it. */
        GateBound: {
            clean_runs_left: number;
            lambda: number;
            losses: number;
            n: number;
            open: boolean;
            threshold: number;
            wealth: number;
        };
        /** @description A halt that is in force: nothing is written where it holds. */
        Halt: {
            /** Format: date-time */
            at: string;
            by: string;
            category: string | null;
            halt_id: string;
            reason: string;
            /** @enum {string} */
            scope: "global" | "tenant" | "category";
        };
        /** @description The body of POST /halt; without a category it stops all writes of the tenant. */
        HaltOrder: {
            category?: string | null;
            reason: string;
        };
        /** @description How store, queue and analyst are. */
        Health: {
            analyst: {
                /** @enum {string} */
                state: "ok" | "failing" | "not_asked";
            };
            queue: {
                /** @enum {string} */
                state: "working" | "behind" | "stopped";
            };
            /** @enum {string} */
            status: "ok" | "degraded";
            store: {
                /** @constant */
                state: "ok";
            };
        };
        /** @description A row of a remediation log with its place in the hash chain. */
        LogRow: {
            actor: string;
            /** Format: date-time */
            at: string;
            event: components["schemas"]["RemediationEvent"];
            hash: string;
            previous_hash: string;
            remediation_id: string;
            sentence: string;
            seq: number;
        };
        /** @description The body of PATCH /tickets/{ticket_id}: true decides anew, false withdraws. */
        OptIn: {
            enable_auto_remediation: boolean;
        };
        /** @description A call that an order would send. */
        OrderedCall: {
            arguments: {
                [key: string]: unknown;
            } | null;
            /** @enum {string} */
            direction: "do" | "undo";
            step: number;
            targets: string[];
            tool: string;
        };
        /** @description Something that happened, with its place in the order of all events of the tenant. */
        OutboxEvent: {
            /** Format: date-time */
            at: string;
            data: {
                [key: string]: unknown;
            };
            remediation_id: string | null;
            seq: number;
            ticket_id: string | null;
            type: string;
        };
        /** @description What became of remediations, with rates and their intervals. */
        Outcomes: {
            disputed: number;
            executed: number;
            failed: number;
            reopened: number;
            right: number;
            rolled_back: number;
            success_rate: components["schemas"]["Rate"];
            unknown: number;
            wrong: number;
            wrong_rate: components["schemas"]["Rate"];
        };
        /** @description A kind of problem that was seen before, and what it has earned per action type. */
        Pattern: {
            actions: components["schemas"]["PatternAction"][];
            category: string;
            /** Format: date-time */
            created_at: string;
            pattern_id: string;
            title: string;
        };
        /** @description What a pattern has earned for one action type: standing, figures, and what it still lacks. */
        PatternAction: {
            action_type: string;
            auto_remediation_success_rate: number | null;
            avg_reliability_score: number;
            eligible_for_auto_remediation: boolean;
            lacking: string[];
            occurrence_count: number;
            positive_feedback_rate: number | null;
            /** @enum {string} */
            standing: "learning" | "eligible" | "proven" | "probation";
            tally: {
                [key: string]: number;
            };
        };
        /** @description What a person said about a pattern, and who and when. */
        PatternChange: {
            /** Format: date-time */
            at: string;
            by: string;
            change_id: string;
            edit: components["schemas"]["PatternEdit"];
            pattern_id: string;
            reason: string | null;
        };
        /** @description A renaming, merge or split of patterns, or the undoing of one. */
        PatternEdit: {
            /** @constant */
            kind: "rename";
            title: string;
        } | {
            into: string;
            /** @constant */
            kind: "merge";
        } | {
            /** @description The new pattern. */
            into: string;
            /** @constant */
            kind: "split";
            ticket_ids: string[];
            title: string;
        } | {
            /** @constant */
            kind: "undo";
            undoes: string;
        };
        /** @description The body of POST /patterns/{pattern_id}/merge. */
        PatternMerge: {
            /** @description The pattern that stays, of the same category. */
            into: string;
            /** @description Kept with the change. */
            reason?: string | null;
        };
        /** @description The body of POST /patterns/{pattern_id}/rename. */
        PatternRename: {
            /** @description Kept with the change. */
            reason?: string | null;
            title: string;
        };
        /** @description The body of POST /patterns/{pattern_id}/split. */
        PatternSplit: {
            /** @description Kept with the change. */
            reason?: string | null;
            /** @description Tickets of the pattern; every other one that says just the same goes with them. */
            ticket_ids: string[];
            /** @description What the new pattern is called. */
            title: string;
        };
        /** @description The body of POST /patterns/{pattern_id}/undo. */
        PatternUndo: {
            /** @description Kept with the change. */
            reason?: string | null;
            /** @description The `change_id` of a change of this pattern. */
            undoes: string;
        };
        /** @description The body of POST /policies/{category}/phase; null ends the rollout. */
        PhaseChange: {
            phase: ("pilot" | "expansion" | "scale" | "full") | null;
            reason?: string | null;
        };
        /** @description An ordered list of actions, known by its hash. */
        Plan: {
            actions: components["schemas"]["Action"][];
        };
        /** @description What a category allows, and the version of it. */
        Policy: {
            allow_below_seed_minimum: boolean;
            alpha: number;
            approver_groups: string[];
            approvers: number;
            category: string;
            change_reason: string | null;
            changed_at: string | null;
            changed_by: string | null;
            critical_auto_approve: boolean;
            delta: number;
            enabled: boolean;
            escalation_target: string | null;
            freeze_periods: {
                /** Format: date-time */
                from: string;
                reason: string;
                /** Format: date-time */
                to: string;
            }[];
            maintenance_windows: components["schemas"]["Window"][];
            max_actions_per_hour: number;
            min_reliability_score: number;
            /** @enum {string} */
            mode: "seed" | "guaranteed";
            phase: ("pilot" | "expansion" | "scale" | "full") | null;
            /** @enum {string} */
            phase_advance: "by_operator" | "while_gate_open";
            requires_approval: boolean | "by_level";
            self_approval: boolean;
            shadow: boolean;
            version: number;
        };
        /** @description The body of PUT /policies/{category}. */
        PolicyChange: {
            allow_below_seed_minimum?: boolean;
            alpha?: number;
            approver_groups?: string[];
            approvers?: number;
            category?: unknown;
            change_reason?: unknown;
            changed_at?: unknown;
            changed_by?: unknown;
            critical_auto_approve?: boolean;
            delta?: number;
            enabled?: boolean;
            escalation_target?: string | null;
            freeze_periods?: {
                /** Format: date-time */
                from: string;
                reason: string;
                /** Format: date-time */
                to: string;
            }[];
            maintenance_windows?: components["schemas"]["Window"][];
            max_actions_per_hour?: number;
            min_reliability_score?: number;
            /** @enum {string} */
            mode?: "seed" | "guaranteed";
            phase?: ("pilot" | "expansion" | "scale" | "full") | null;
            /** @enum {string} */
            phase_advance?: "by_operator" | "while_gate_open";
            requires_approval?: boolean | "by_level";
            self_approval?: boolean;
            shadow?: boolean;
            version?: unknown;
        };
        /** @description Why a request was refused (RFC 9457), with a stable code. */
        Problem: {
            /** @enum {string} */
            code: "invalid_input" | "invalid_configuration" | "invalid_catalogue" | "invalid_policy" | "unauthenticated" | "forbidden" | "not_found" | "unknown_category" | "ticket_conflict" | "ticket_closed" | "ticket_not_resolved" | "nothing_to_adjudicate" | "pattern_conflict" | "already_adjudicated" | "nothing_to_approve" | "approval_stale" | "approval_expired" | "approval_decided" | "opt_in_missing" | "halt_in_force" | "approver_barred" | "version_conflict" | "precondition_required" | "idempotency_running" | "idempotency_mismatch" | "request_timeout" | "rate_limited" | "cross_site" | "payload_too_large" | "unsupported_media_type" | "raw_body_missing" | "method_not_allowed" | "storage_unavailable" | "internal";
            detail: string;
            errors: {
                detail: string;
                pointer: string;
            }[];
            facts: {
                [key: string]: unknown;
            };
            next_step: string;
            status: number;
            title: string;
            trace_id: string;
            type: string;
        };
        /** @description The body of POST /patterns/{pattern_id}/promote. */
        PromotionInput: {
            candidate?: {
                author: string;
                ticket_id: string;
            } | null;
            name: string;
            retired?: boolean | null;
            steps: components["schemas"]["Action"][];
            symptom_texts?: string[] | null;
            title: string;
        };
        /** @description A share with its 95 % interval (Wilson's score interval); all null of nothing. */
        Rate: {
            high: number | null;
            low: number | null;
            of: number;
            rate: number | null;
        };
        /** @description The body of POST /tickets/{ticket_id}/reconcile. */
        ReconciliationAnswer: {
            /** @enum {string} */
            answer: "happened" | "did_not_happen" | "send_again" | "roll_back" | "accept";
            binding_hash: string;
            comment?: string | null;
        };
        /** @description An answer that would end a parked remediation, what it would send, and what it is bound to. */
        ReconciliationOption: {
            /** @enum {string} */
            answer: "happened" | "did_not_happen" | "send_again" | "roll_back" | "accept";
            approvals: components["schemas"]["Consent"][];
            barred: {
                [key: string]: string;
            };
            binding_hash: string;
            needed: number;
            shown: {
                calls: components["schemas"]["OrderedCall"][];
                /** Format: date-time */
                expires_at: string;
                pins: {
                    [key: string]: string;
                };
                plan: components["schemas"]["Plan"];
                policy_version: number;
                snapshot: unknown;
                version: number;
            };
            steps: number[];
        };
        /** @description Scores, levels, trend, calibration and gates of a period. */
        ReliabilityStats: {
            average_breakdown: components["schemas"]["Breakdown"] | null;
            average_factors: components["schemas"]["Factors"] | null;
            average_score: number | null;
            by_category: {
                average_score: number;
                category: string;
                tickets: number;
            }[];
            calibration: components["schemas"]["Calibration"];
            category: string | null;
            days: number;
            gates: components["schemas"]["Gate"][];
            guaranteed: {
                category: string;
                open: boolean;
                strata: string[];
            }[];
            levels: {
                high: number;
                low: number;
                medium: number;
                very_high: number;
            };
            median_score: number | null;
            risk_coverage: components["schemas"]["RiskPoint"][];
            tickets: number;
            trend: {
                average_score: number;
                day: string;
                tickets: number;
            }[];
        };
        /** @description One attempt to carry out one plan for one ticket. */
        Remediation: {
            approval: components["schemas"]["Approval"] | null;
            audited: boolean;
            id: string;
            options: components["schemas"]["ReconciliationOption"][];
            order: {
                /** @enum {string} */
                answer: "send_again" | "roll_back";
                approval: components["schemas"]["Approval"];
            } | null;
            plan: {
                actions: components["schemas"]["Step"][];
            };
            plan_hash: string | null;
            reason: string | null;
            /** @enum {string} */
            state: "proposed" | "awaiting_approval" | "deferred" | "executing" | "validating" | "rolling_back" | "succeeded" | "rolled_back" | "failed" | "needs_reconciliation" | "rejected" | "expired" | "halted" | "withdrawn" | "recovered" | "manual" | "suggested" | "superseded";
        };
        /** @description What a row of a remediation log says. */
        RemediationEvent: {
            type: string;
        } & {
            [key: string]: unknown;
        };
        /** @description Decisions, outcomes, approvals and times of a period. */
        RemediationStats: {
            approvals: {
                asked: number;
                consents: number;
                expired: number;
                granted: number;
                rejected: number;
                rubber_stamp_rate: components["schemas"]["Rate"];
                rubber_stamps: number;
                time_to_grant: components["schemas"]["Durations"];
                waiting: number;
            };
            blocked: {
                [key: string]: number;
            };
            days: number;
            deferred: {
                [key: string]: number;
            };
            minutes_saved: {
                by_category: {
                    category: string;
                    minutes: number | null;
                    person_minutes: number | null;
                    right: number;
                    wrong: number;
                }[];
                total: number;
            };
            models: {
                cost_per_ticket_usd: number | null;
                cost_usd: number;
                input_tokens: number;
                output_tokens: number;
                priced: number;
                questions: number;
                tickets: number;
            };
            opted_in: number;
            outcomes: {
                approval: components["schemas"]["Outcomes"];
                auto: components["schemas"]["Outcomes"];
            };
            repetitive: {
                auto_share: components["schemas"]["Rate"];
                resolved_automatically: number;
                tickets: number;
            };
            resolved: {
                automatically: number;
                by_person: number;
                with_approval: number;
            };
            routes: {
                approval: number;
                auto: number;
                manual: number;
                suggest_only: number;
            };
            shadow: {
                tickets: number;
                verdicts: {
                    [key: string]: number;
                };
                would_be: {
                    approval: number;
                    auto: number;
                    manual: number;
                    suggest_only: number;
                };
                wrong_rate: {
                    high: number;
                    low: number;
                    tickets: number;
                } | null;
            };
            states: {
                [key: string]: number;
            };
            tickets: number;
            time_to_resolution: {
                known_patterns: components["schemas"]["Durations"];
                unknown_patterns: components["schemas"]["Durations"];
            };
            trend: {
                day: string;
                right: number;
                tickets: number;
                wrong: number;
            }[];
        };
        /** @description When and why a ticket was opened again. */
        Reopening: {
            /** Format: date-time */
            at: string;
            by: string;
            counts_as_failure: boolean;
            reason: string | null;
            remediation_id: string | null;
            resolution: components["schemas"]["Resolution"] | null;
            /** Format: date-time */
            resolved_at: string;
        };
        /** @description The body of POST /tickets/{ticket_id}/reopen. */
        ReopenInput: {
            reason?: string | null;
        };
        /** @description How a person fixed a ticket. */
        Resolution: {
            actions: components["schemas"]["Action"][];
            /** @enum {string} */
            agreement: "same" | "different" | "not_told" | "no_proposal";
            /** Format: date-time */
            at: string;
            confirmed: boolean;
            resolver: string;
            text: string;
            time_to_resolve: number | null;
        };
        /** @description The body of POST /tickets/{ticket_id}/resolve. */
        ResolutionInput: {
            actions?: components["schemas"]["Action"][] | null;
            text: string;
            time_to_resolve?: number | null;
        };
        /** @description What sending a dead letter once more came to. */
        RetriedDeadLetter: {
            delivered: boolean;
            failure: string | null;
            status: number | null;
        };
        /** @description Coverage and risk if automation were open from this score on. */
        RiskPoint: {
            coverage: number;
            lambda: number;
            n: number;
            risk: number;
            wrong: number;
        };
        /** @description A rule of the decision table that was looked at, with its inputs. */
        RuleLooked: {
            applies: boolean;
            inputs: {
                [key: string]: unknown;
            };
            reason: string;
            rule: number | "finding";
            sentence: string;
        };
        /** @description A plan for a kind of problem, written by an operator or promoted from a fix. */
        Runbook: {
            candidate: {
                author: string;
                ticket_id: string;
            } | null;
            category: string;
            name: string;
            pattern_id: string;
            /** Format: date-time */
            promoted_at: string;
            promoted_by: string;
            retired: boolean;
            steps: components["schemas"]["Action"][];
            symptom_texts: string[];
            title: string;
            version: number;
        };
        /** @description What a proposal that was not carried out was worth, by what a person really did. */
        Shadow: {
            adjudication: {
                /** Format: date-time */
                at: string;
                by: string;
                comment: string | null;
                would_have_worked: boolean;
            } | null;
            /** @enum {string} */
            verdict: "agreed" | "failed" | "would_have_worked" | "would_not_have_worked" | "unknown" | "open" | "nothing_proposed";
            /** @enum {string} */
            would_be_route: "auto" | "approval" | "manual" | "suggest_only";
        };
        /** @description An earlier ticket that reads alike, with the reasons. */
        SimilarTicket: {
            shared_terms: string[];
            similarity: number;
            ticket_id: string;
        };
        /** @description A step of a plan: what stands, what was undone, what is unknown. */
        Step: {
            action: string;
            arguments: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            class: "read_only" | "safe_write" | "critical_write" | "destructive" | "forbidden";
            family: string;
            step: number;
            targets: string[];
            tool: string;
        };
        /** @description A ticket as POST /tickets answers it, with what its sender should know. */
        SubmittedTicket: {
            analysis: components["schemas"]["Analysis"] | null;
            breakdown: components["schemas"]["Breakdown"] | null;
            category: string;
            confidence_level: components["schemas"]["ConfidenceLevel"] | null;
            /** Format: date-time */
            created_at: string;
            description: string;
            enable_auto_remediation: boolean;
            factors: components["schemas"]["Factors"] | null;
            metadata: {
                [key: string]: unknown;
            };
            pattern_id: string | null;
            priority: string | null;
            reliability_score: number | null;
            remediation: components["schemas"]["Remediation"] | null;
            remediation_decision: components["schemas"]["Decision"] | null;
            reopenings: components["schemas"]["Reopening"][];
            requester: string | null;
            resolution: components["schemas"]["Resolution"] | null;
            resolved_at: string | null;
            shadow: components["schemas"]["Shadow"] | null;
            similar_tickets: components["schemas"]["SimilarTicket"][];
            status: components["schemas"]["TicketStatus"];
            submitter: string;
            targets: string[];
            ticket_id: string;
            title: string | null;
            /** Format: date-time */
            updated_at: string;
            warnings: components["schemas"]["Warning"][];
        };
        /** @description A ticket with the state of its latest remediation. */
        Ticket: {
            analysis: components["schemas"]["Analysis"] | null;
            breakdown: components["schemas"]["Breakdown"] | null;
            category: string;
            confidence_level: components["schemas"]["ConfidenceLevel"] | null;
            /** Format: date-time */
            created_at: string;
            description: string;
            enable_auto_remediation: boolean;
            factors: components["schemas"]["Factors"] | null;
            metadata: {
                [key: string]: unknown;
            };
            pattern_id: string | null;
            priority: string | null;
            reliability_score: number | null;
            remediation: components["schemas"]["Remediation"] | null;
            remediation_decision: components["schemas"]["Decision"] | null;
            reopenings: components["schemas"]["Reopening"][];
            requester: string | null;
            resolution: components["schemas"]["Resolution"] | null;
            resolved_at: string | null;
            shadow: components["schemas"]["Shadow"] | null;
            similar_tickets: components["schemas"]["SimilarTicket"][];
            status: components["schemas"]["TicketStatus"];
            submitter: string;
            targets: string[];
            ticket_id: string;
            title: string | null;
            /** Format: date-time */
            updated_at: string;
        };
        /** @description The body of POST /tickets; unknown fields are kept in metadata and named in warnings. */
        TicketInput: {
            category: string;
            description: string;
            enable_auto_remediation?: boolean | null;
            metadata?: {
                [key: string]: unknown;
            } | null;
            priority?: string | null;
            requester?: string | null;
            targets?: string[] | null;
            ticket_id: string;
            title?: string | null;
        } & {
            [key: string]: unknown;
        };
        /** @description A ticket as lists show it: the id of its latest remediation instead of its state. */
        TicketItem: {
            analysis: components["schemas"]["Analysis"] | null;
            breakdown: components["schemas"]["Breakdown"] | null;
            category: string;
            confidence_level: components["schemas"]["ConfidenceLevel"] | null;
            /** Format: date-time */
            created_at: string;
            description: string;
            enable_auto_remediation: boolean;
            factors: components["schemas"]["Factors"] | null;
            metadata: {
                [key: string]: unknown;
            };
            pattern_id: string | null;
            priority: string | null;
            reliability_score: number | null;
            remediation_decision: components["schemas"]["Decision"] | null;
            remediation_id: string | null;
            reopenings: components["schemas"]["Reopening"][];
            requester: string | null;
            resolution: components["schemas"]["Resolution"] | null;
            resolved_at: string | null;
            shadow: components["schemas"]["Shadow"] | null;
            similar_tickets: components["schemas"]["SimilarTicket"][];
            status: components["schemas"]["TicketStatus"];
            submitter: string;
            targets: string[];
            ticket_id: string;
            title: string | null;
            /** Format: date-time */
            updated_at: string;
        };
        /**
         * @description Where a ticket stands.
         * @enum {string}
         */
        TicketStatus: "received" | "analyzing" | "suggested" | "awaiting_approval" | "deferred" | "remediating" | "resolved" | "needs_human" | "closed";
        /** @description The body of POST /catalogue/accept: the hash of each definition as it was seen. */
        ToolAcceptance: {
            /**
             * @description For every tenant; needs the scope policy:everywhere.
             * @default false
             */
            everywhere: boolean;
            /** @description Hash of each tool definition as seen, by name. */
            pins: {
                [key: string]: string;
            };
        };
        /** @description The tools as they are now, and what is not as accepted. */
        ToolReview: {
            changed: {
                accepted: string | null;
                differences: {
                    is?: unknown;
                    pointer: string;
                    was?: unknown;
                }[];
                name: string;
                now: string | null;
            }[];
            pins: {
                [key: string]: string;
            };
            unreachable: {
                [key: string]: string;
            };
        };
        /** @description Something about an accepted input that its sender should know. */
        Warning: {
            detail: string;
            pointer: string;
        };
        /** @description A maintenance window in a time zone, open on the listed days. */
        Window: {
            days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
            from: string;
            to: string;
            zone: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description The version; a change names it in If-Match. */
        ETag: string;
        /** @description The next page, with rel="next"; absent on the last. */
        Link: string;
        /** @description Where the new resource is. */
        Location: string;
        /** @description How to authenticate. */
        "WWW-Authenticate": string;
        /** @description The id under which the log has this request; 32 hexadecimal digits. */
        "X-Trace-Id": string;
    };
    pathItems: never;
}
/** What a caller gets who may change a ticket and not read it: that it was taken in, and where it stands. */
export type Acknowledgement = components['schemas']['Acknowledgement'];
/** One call of one catalogued action with its arguments. */
export type Action = components['schemas']['Action'];
/** The body of POST /tickets/{ticket_id}/adjudicate: whether a proposal that nobody carried out would have worked. */
export type Adjudication = components['schemas']['Adjudication'];
/** What the analyst said: summary, hypotheses, proposed plan, confidence. */
export type Analysis = components['schemas']['Analysis'];
/** An approval request: what is asked of whom, until when, and what the binding hash covers. */
export type Approval = components['schemas']['Approval'];
/** The body of POST /tickets/{ticket_id}/approve-remediation; both ids come from the request that was shown. */
export type ApprovalAnswer = components['schemas']['ApprovalAnswer'];
/** The four factors of a score as whole percents. */
export type Breakdown = components['schemas']['Breakdown'];
/** How far stated confidence could be relied on, and the curve that corrects it. */
export type Calibration = components['schemas']['Calibration'];
/** Expected calibration error, Brier score with its parts, and the bins of a reliability diagram. */
export type CalibrationQuality = components['schemas']['CalibrationQuality'];
/** What a person said really fixed a ticket; somebody may promote it to a runbook. */
export type CandidateFix = components['schemas']['CandidateFix'];
/** Level of a score: very_high from 90, high from 75, medium from 60, else low. */
export type ConfidenceLevel = components['schemas']['ConfidenceLevel'];
/** The yes of one approver. */
export type Consent = components['schemas']['Consent'];
/** An event that a webhook endpoint did not take, after the last attempt. */
export type DeadLetter = components['schemas']['DeadLetter'];
/** The route of a ticket, its reason, and every rule that was looked at. */
export type Decision = components['schemas']['Decision'];
/** How long something took, in minutes; null of nothing. */
export type Durations = components['schemas']['Durations'];
/** The four factors of a score, 0..100. */
export type Factors = components['schemas']['Factors'];
/** Feedback as it is stored; one a ticket and author, the last counts. */
export type Feedback = components['schemas']['Feedback'];
/** The body of POST /feedback. */
export type FeedbackInput = components['schemas']['FeedbackInput'];
/** What became of feedback: whether it counts, and the new score of its ticket. */
export type FeedbackReceipt = components['schemas']['FeedbackReceipt'];
/** The gate of one stratum in mode guaranteed: open or closed, why, and what it still lacks. */
export type Gate = components['schemas']['Gate'];
/** One threshold of a gate: its stake, the stake that opens it, and the labels behind it. */
export type GateBound = components['schemas']['GateBound'];
/** A halt that is in force: nothing is written where it holds. */
export type Halt = components['schemas']['Halt'];
/** The body of POST /halt; without a category it stops all writes of the tenant. */
export type HaltOrder = components['schemas']['HaltOrder'];
/** How store, queue and analyst are. */
export type Health = components['schemas']['Health'];
/** A row of a remediation log with its place in the hash chain. */
export type LogRow = components['schemas']['LogRow'];
/** The body of PATCH /tickets/{ticket_id}: true decides anew, false withdraws. */
export type OptIn = components['schemas']['OptIn'];
/** A call that an order would send. */
export type OrderedCall = components['schemas']['OrderedCall'];
/** Something that happened, with its place in the order of all events of the tenant. */
export type OutboxEvent = components['schemas']['OutboxEvent'];
/** What became of remediations, with rates and their intervals. */
export type Outcomes = components['schemas']['Outcomes'];
/** A kind of problem that was seen before, and what it has earned per action type. */
export type Pattern = components['schemas']['Pattern'];
/** What a pattern has earned for one action type: standing, figures, and what it still lacks. */
export type PatternAction = components['schemas']['PatternAction'];
/** What a person said about a pattern, and who and when. */
export type PatternChange = components['schemas']['PatternChange'];
/** A renaming, merge or split of patterns, or the undoing of one. */
export type PatternEdit = components['schemas']['PatternEdit'];
/** The body of POST /patterns/{pattern_id}/merge. */
export type PatternMerge = components['schemas']['PatternMerge'];
/** The body of POST /patterns/{pattern_id}/rename. */
export type PatternRename = components['schemas']['PatternRename'];
/** The body of POST /patterns/{pattern_id}/split. */
export type PatternSplit = components['schemas']['PatternSplit'];
/** The body of POST /patterns/{pattern_id}/undo. */
export type PatternUndo = components['schemas']['PatternUndo'];
/** The body of POST /policies/{category}/phase; null ends the rollout. */
export type PhaseChange = components['schemas']['PhaseChange'];
/** An ordered list of actions, known by its hash. */
export type Plan = components['schemas']['Plan'];
/** What a category allows, and the version of it. */
export type Policy = components['schemas']['Policy'];
/** The body of PUT /policies/{category}. */
export type PolicyChange = components['schemas']['PolicyChange'];
/** Why a request was refused (RFC 9457), with a stable code. */
export type Problem = components['schemas']['Problem'];
/** The body of POST /patterns/{pattern_id}/promote. */
export type PromotionInput = components['schemas']['PromotionInput'];
/** A share with its 95 % interval (Wilson's score interval); all null of nothing. */
export type Rate = components['schemas']['Rate'];
/** The body of POST /tickets/{ticket_id}/reconcile. */
export type ReconciliationAnswer = components['schemas']['ReconciliationAnswer'];
/** An answer that would end a parked remediation, what it would send, and what it is bound to. */
export type ReconciliationOption = components['schemas']['ReconciliationOption'];
/** Scores, levels, trend, calibration and gates of a period. */
export type ReliabilityStats = components['schemas']['ReliabilityStats'];
/** One attempt to carry out one plan for one ticket. */
export type Remediation = components['schemas']['Remediation'];
/** What a row of a remediation log says. */
export type RemediationEvent = components['schemas']['RemediationEvent'];
/** Decisions, outcomes, approvals and times of a period. */
export type RemediationStats = components['schemas']['RemediationStats'];
/** When and why a ticket was opened again. */
export type Reopening = components['schemas']['Reopening'];
/** The body of POST /tickets/{ticket_id}/reopen. */
export type ReopenInput = components['schemas']['ReopenInput'];
/** How a person fixed a ticket. */
export type Resolution = components['schemas']['Resolution'];
/** The body of POST /tickets/{ticket_id}/resolve. */
export type ResolutionInput = components['schemas']['ResolutionInput'];
/** What sending a dead letter once more came to. */
export type RetriedDeadLetter = components['schemas']['RetriedDeadLetter'];
/** Coverage and risk if automation were open from this score on. */
export type RiskPoint = components['schemas']['RiskPoint'];
/** A rule of the decision table that was looked at, with its inputs. */
export type RuleLooked = components['schemas']['RuleLooked'];
/** A plan for a kind of problem, written by an operator or promoted from a fix. */
export type Runbook = components['schemas']['Runbook'];
/** What a proposal that was not carried out was worth, by what a person really did. */
export type Shadow = components['schemas']['Shadow'];
/** An earlier ticket that reads alike, with the reasons. */
export type SimilarTicket = components['schemas']['SimilarTicket'];
/** A step of a plan: what stands, what was undone, what is unknown. */
export type Step = components['schemas']['Step'];
/** A ticket as POST /tickets answers it, with what its sender should know. */
export type SubmittedTicket = components['schemas']['SubmittedTicket'];
/** A ticket with the state of its latest remediation. */
export type Ticket = components['schemas']['Ticket'];
/** The body of POST /tickets; unknown fields are kept in metadata and named in warnings. */
export type TicketInput = components['schemas']['TicketInput'];
/** A ticket as lists show it: the id of its latest remediation instead of its state. */
export type TicketItem = components['schemas']['TicketItem'];
/** Where a ticket stands. */
export type TicketStatus = components['schemas']['TicketStatus'];
/** The body of POST /catalogue/accept: the hash of each definition as it was seen. */
export type ToolAcceptance = components['schemas']['ToolAcceptance'];
/** The tools as they are now, and what is not as accepted. */
export type ToolReview = components['schemas']['ToolReview'];
/** Something about an accepted input that its sender should know. */
export type Warning = components['schemas']['Warning'];
/** A maintenance window in a time zone, open on the listed days. */
export type Window = components['schemas']['Window'];
export type HeaderETag = components['headers']['ETag'];
export type HeaderLink = components['headers']['Link'];
export type HeaderLocation = components['headers']['Location'];
export type HeaderWwwAuthenticate = components['headers']['WWW-Authenticate'];
export type HeaderXTraceId = components['headers']['X-Trace-Id'];
export type $defs = Record<string, never>;
/** Routes by their name. */
export interface operations {
    listApprovals: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items of a page; default 50. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Ticket"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    acceptTools: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat of the request under the same key, within a day, gets the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ToolAcceptance"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        pins: {
                            [key: string]: string;
                        };
                    };
                };
            };
        };
    };
    reviewTools: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolReview"];
                };
            };
        };
    };
    streamEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description The id of the last event that was seen; what came after it is sent. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
        };
    };
    giveFeedback: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat of the request under the same key, within a day, gets the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FeedbackInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedbackReceipt"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedbackReceipt"];
                };
            };
        };
    };
    listHalts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Halt"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    halt: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat of the request under the same key, within a day, gets the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HaltOrder"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    Location: components["headers"]["Location"];
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Halt"];
                };
            };
        };
    };
    liftHalt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                halt_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say. */
            204: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    ingest: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat of the request under the same key, within a day, gets the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                source: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            code: string | null;
                            reason: ("new" | "open" | "closed" | "repeated" | "fault_shown" | "fault_gone" | "cannot_tell" | "being_decided" | "remediation_running" | "parked") | null;
                            /** @enum {string} */
                            result: "created" | "known" | "reopened" | "resolved" | "left_open" | "refused";
                            ticket_id: string;
                        }[];
                    };
                };
            };
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        openapi: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listPatterns: {
        parameters: {
            query?: {
                /** @description One of the configured categories. */
                category?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items of a page; default 50. */
                limit?: number;
                min_occurrences?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Pattern"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    listCandidateFixes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pattern_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["CandidateFix"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    listPatternChanges: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pattern_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PatternChange"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    mergePattern: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat of the request under the same key, within a day, gets the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                pattern_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatternMerge"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PatternChange"];
                };
            };
        };
    };
    promote: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat of the request under the same key, within a day, gets the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                pattern_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PromotionInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Runbook"];
                };
            };
        };
    };
    renamePattern: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat of the request under the same key, within a day, gets the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                pattern_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatternRename"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PatternChange"];
                };
            };
        };
    };
    listRunbooks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pattern_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Runbook"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    splitPattern: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat of the request under the same key, within a day, gets the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                pattern_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatternSplit"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PatternChange"];
                };
            };
        };
    };
    listPatternTickets: {
        parameters: {
            query?: {
                /** @description How many; default 50. */
                limit?: number;
            };
            header?: never;
            path: {
                pattern_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TicketItem"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    undoPatternChange: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat of the request under the same key, within a day, gets the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                pattern_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatternUndo"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PatternChange"];
                };
            };
        };
    };
    getPolicy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description One of the configured categories. */
                category: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policy"];
                };
            };
        };
    };
    setPolicy: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of the version that the change is made to, such as `"3"`. */
                "If-Match": string;
            };
            path: {
                /** @description One of the configured categories. */
                category: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PolicyChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policy"];
                };
            };
        };
    };
    setPhase: {
        parameters: {
            query?: never;
            header: {
                /** @description A repeat of the request under the same key, within a day, gets the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag of the version that the change is made to, such as `"3"`. */
                "If-Match": string;
            };
            path: {
                /** @description One of the configured categories. */
                category: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhaseChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policy"];
                };
            };
        };
    };
    getRemediationStats: {
        parameters: {
            query?: {
                /** @description Days up to now; default 30. */
                days?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RemediationStats"];
                };
            };
        };
    };
    getReliabilityStats: {
        parameters: {
            query?: {
                /** @description One of the configured categories. */
                category?: string;
                /** @description Days up to now; default 30. */
                days?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReliabilityStats"];
                };
            };
        };
    };
    listTickets: {
        parameters: {
            query?: {
                /** @description One of the configured categories. */
                category?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items of a page; default 50. */
                limit?: number;
                status?: components["schemas"]["TicketStatus"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TicketItem"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    submitTicket: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat of the request under the same key, within a day, gets the first answer again. */
                "Idempotency-Key"?: string;
                /** @description `wait=N` waits up to N seconds, at most 30, for the decision. */
                Prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TicketInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    Location: components["headers"]["Location"];
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubmittedTicket"] | {
                        status: components["schemas"]["TicketStatus"];
                        ticket_id: string;
                        warnings: components["schemas"]["Warning"][];
                    };
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    Location: components["headers"]["Location"];
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubmittedTicket"] | {
                        status: components["schemas"]["TicketStatus"];
                        ticket_id: string;
                        warnings: components["schemas"]["Warning"][];
                    };
                };
            };
        };
    };
    getTicket: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The caller's own id; a slash in it is sent as %2F. */
                ticket_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
        };
    };
    setOptIn: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The caller's own id; a slash in it is sent as %2F. */
                ticket_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OptIn"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"] | components["schemas"]["Acknowledgement"];
                };
            };
        };
    };
    adjudicate: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat of the request under the same key, within a day, gets the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The caller's own id; a slash in it is sent as %2F. */
                ticket_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Adjudication"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"] | components["schemas"]["Acknowledgement"];
                };
            };
        };
    };
    answerApproval: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat of the request under the same key, within a day, gets the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The caller's own id; a slash in it is sent as %2F. */
                ticket_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApprovalAnswer"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"] | components["schemas"]["Acknowledgement"];
                };
            };
        };
    };
    cancelTicket: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat of the request under the same key, within a day, gets the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The caller's own id; a slash in it is sent as %2F. */
                ticket_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"] | components["schemas"]["Acknowledgement"];
                };
            };
        };
    };
    streamTicketEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description The id of the last event that was seen; what came after it is sent. */
                "Last-Event-ID"?: string;
            };
            path: {
                /** @description The caller's own id; a slash in it is sent as %2F. */
                ticket_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
        };
    };
    listFeedback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The caller's own id; a slash in it is sent as %2F. */
                ticket_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Feedback"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    reconcile: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat of the request under the same key, within a day, gets the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The caller's own id; a slash in it is sent as %2F. */
                ticket_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReconciliationAnswer"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"] | components["schemas"]["Acknowledgement"];
                };
            };
        };
    };
    listRemediationLogs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The caller's own id; a slash in it is sent as %2F. */
                ticket_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["LogRow"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    reopenTicket: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat of the request under the same key, within a day, gets the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The caller's own id; a slash in it is sent as %2F. */
                ticket_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReopenInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"] | components["schemas"]["Acknowledgement"];
                };
            };
        };
    };
    resolveTicket: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat of the request under the same key, within a day, gets the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The caller's own id; a slash in it is sent as %2F. */
                ticket_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResolutionInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"] | components["schemas"]["Acknowledgement"];
                };
            };
        };
    };
    listSimilarTickets: {
        parameters: {
            query?: {
                /** @description How many; default 5. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The caller's own id; a slash in it is sent as %2F. */
                ticket_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SimilarTicket"][];
                    };
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                /** @description How many; default 50. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DeadLetter"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    retryDeadLetter: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat of the request under the same key, within a day, gets the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description As `GET /webhooks/dead-letters` names it. */
                dead_letter_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Trace-Id": components["headers"]["X-Trace-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetriedDeadLetter"];
                };
            };
        };
    };
}
