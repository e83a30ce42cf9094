import type { FeedbackStore } from '@remit/core';
import { z } from 'zod';
import { forgetVotes, storeFacts } from './facts.js';
import { asFlagOrNull, flag, parseRow, real, whole } from './rows.js';
import type { Sql } from './sql.js';

const word = z.enum(['positive', 'neutral', 'negative']);
const text = z.string().nullable();

const FeedbackRow = z.object({
  tenant: z.string(),
  ticket_id: z.string(),
  author: z.string(),
  feedback_type: word,
  rating: whole.nullable(),
  was_helpful: flag.nullable(),
  resolution_accurate: flag.nullable(),
  actions_worked: flag.nullable(),
  comment: text,
  what_worked: text,
  what_didnt_work: text,
  suggestions: text,
  actual_resolution: text,
  time_to_resolve: real.nullable(),
  value: real,
  verdict: word,
  at_ms: whole,
});

/** Feedback in SQL. */
export function sqlFeedback(sql: Sql): FeedbackStore {
  return {
    async record(feedback, facts) {
      const { tenant, ticketId, author } = feedback;
      const content = {
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
        await forgetVotes(transaction, tenant, ticketId, author);
        return { replaced: !first, counted: await storeFacts(sql, transaction, tenant, facts) };
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
      return rows.map((row) => {
        const parsed = parseRow('ticket_feedbacks', [tenant, ticketId, row.author], FeedbackRow, row);
        return {
          tenant,
          ticketId,
          author: parsed.author,
          feedbackType: parsed.feedback_type,
          rating: parsed.rating,
          wasHelpful: parsed.was_helpful,
          resolutionAccurate: parsed.resolution_accurate,
          actionsWorked: parsed.actions_worked,
          comment: parsed.comment,
          whatWorked: parsed.what_worked,
          whatDidntWork: parsed.what_didnt_work,
          suggestions: parsed.suggestions,
          actualResolution: parsed.actual_resolution,
          timeToResolve: parsed.time_to_resolve,
          value: parsed.value,
          verdict: parsed.verdict,
          atMs: parsed.at_ms,
        };
      });
    },
  };
}
