import type { FeedbackStore } from '@remit/core';
import { writeRecord } from './audit/records.js';
import { auditContent, auditKey } from './audit/subjects.js';
import { replaceVotes } from './facts.js';
import { FeedbackRow, feedbackOf } from './feedbackRow.js';
import { asFlagOrNull, parseRow } from './rows.js';
import type { Sql } from './sql.js';

/** Feedback in SQL. */
export function sqlFeedback(sql: Sql): FeedbackStore {
  return {
    async record(feedback, facts) {
      const { tenant, ticketId, author } = feedback;
      const content = {
        remediation_id: feedback.remediationId,
        feedback_type: feedback.feedbackType,
        rating: feedback.rating,
        was_helpful: asFlagOrNull(feedback.wasHelpful),
        resolution_accurate: asFlagOrNull(feedback.resolutionAccurate),
        actions_worked: asFlagOrNull(feedback.actionsWorked),
        comment: feedback.comment,
        what_worked: feedback.whatWorked,
        what_didnt_work: feedback.whatDidntWork,
        suggestions: feedback.suggestions,
        actual_resolution: feedback.actualResolution,
        time_to_resolve: feedback.timeToResolve,
        value: feedback.value,
        verdict: feedback.verdict,
        at_ms: feedback.atMs,
      };
      return sql.write(async (transaction) => {
        const first = await transaction
          .insertInto('ticket_feedbacks')
          .values({ tenant, ticket_id: ticketId, author, ...content })
          .onConflict((conflict) => conflict.columns(['tenant', 'ticket_id', 'author']).doNothing())
          .returning('author')
          .executeTakeFirst();
        if (!first) {
          await transaction
            .updateTable('ticket_feedbacks')
            .set(content)
            .where('tenant', '=', tenant)
            .where('ticket_id', '=', ticketId)
            .where('author', '=', author)
            .execute();
        }
        // The last vote wins, also over what an earlier one taught about other actions.
        const counted = await replaceVotes(sql, transaction, { tenant, ticketId, author }, facts);
        const key = auditKey(ticketId, author);
        const { atMs } = feedback;
        const record = { tenant, kind: 'feedback', key, actor: author, atMs } as const;
        await writeRecord(sql, transaction, { ...record, content: auditContent(feedback) });
        return { replaced: !first, counted };
      });
    },

    async ofTicket(tenant, ticketId) {
      const rows = await sql.db
        .selectFrom('ticket_feedbacks')
        .selectAll()
        .where('tenant', '=', tenant)
        .where('ticket_id', '=', ticketId)
        .orderBy('at_ms')
        .orderBy('position')
        .execute();
      return rows.map((row) =>
        feedbackOf(parseRow('ticket_feedbacks', [tenant, ticketId, row.author], FeedbackRow, row)),
      );
    },
  };
}
