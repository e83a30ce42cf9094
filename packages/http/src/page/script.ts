/**
 * The page's script: plain, no build step. Whatever comes from the API is put in as text (`textContent`), never as
 * HTML. It holds no backticks; its few escapes are doubled here.
 */
export const PAGE_SCRIPT = `'use strict';
(function () {
  var apiBase = document.querySelector('meta[name=remit-api]').content;
  var KEY = 'remit-token';
  var POLL_MS = 2000;
  var LEVELS = {
    very_high: ['\\u25cf', 'very high'],
    high: ['\\u25c6', 'high'],
    medium: ['\\u25b2', 'medium'],
    low: ['\\u25a0', 'low'],
  };
  var view = 'tickets';
  var chosen = null;
  var shown = {};
  var busy = false;
  var again = false;

  function byId(id) { return document.getElementById(id); }

  /** An element. Children are elements or texts; texts stay texts. */
  function el(name, properties) {
    var node = document.createElement(name);
    Object.keys(properties || {}).forEach(function (key) {
      var value = properties[key];
      if (key === 'on') Object.keys(value).forEach(function (type) { node.addEventListener(type, value[type]); });
      else if (key === 'class') node.className = value;
      else if (key in node) node[key] = value;
      else node.setAttribute(key, value);
    });
    Array.prototype.slice.call(arguments, 2).forEach(function add(child) {
      if (child === null || child === undefined) return;
      if (Array.isArray(child)) child.forEach(add);
      else node.append(child instanceof Node ? child : String(child));
    });
    return node;
  }

  function say(text) { byId('notice').textContent = text; }
  function words(name) { return String(name).replaceAll('_', ' '); }
  function show(value) { return JSON.stringify(value, null, 2); }
  function time(iso) { return iso ? new Date(iso).toLocaleString() : ''; }

  /** Replaces what a place shows, only when it changed: what somebody is typing or reading stays. */
  function paint(id, content, build) {
    var text = JSON.stringify(content);
    if (shown[id] === text) return;
    shown[id] = text;
    byId(id).replaceChildren.apply(byId(id), [].concat(build()));
  }

  function api(method, path, body) {
    var headers = { authorization: 'Bearer ' + (sessionStorage.getItem(KEY) || '') };
    if (body !== undefined) headers['content-type'] = 'application/json';
    return fetch(apiBase + path, {
      method: method,
      headers: headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    }).then(function (response) {
      if (response.status === 204) return null;
      return response.json().then(function (answer) {
        if (response.ok) return answer;
        if (response.status === 401) askForToken();
        var problem = new Error(answer.detail + ' ' + answer.next_step);
        problem.code = answer.code;
        throw problem;
      });
    });
  }

  function askForToken() {
    sessionStorage.removeItem(KEY);
    byId('sign-in').hidden = false;
    byId('sign-out').hidden = true;
    byId('main').hidden = true;
    byId('list').replaceChildren();
    byId('detail').replaceChildren();
    showHalts([]);
    shown = {};
  }

  /** Does what a person asked for, says what came of it, and looks again. */
  function act(promise, done) {
    return promise.then(function () { say(done); }, function (error) { say(error.message); }).then(function () {
      shown = {};
      return refresh();
    });
  }

  function level(ticket) {
    if (ticket.reliability_score === null) return el('span', { class: 'quiet' }, 'not scored');
    var look = LEVELS[ticket.confidence_level] || ['?', words(ticket.confidence_level)];
    return el('span', { class: 'level ' + ticket.confidence_level },
      look[0] + ' ' + ticket.reliability_score.toFixed(1) + '% ' + look[1]);
  }

  function deciding(decision) {
    var rules = decision.because.filter(function (rule) { return rule.applies && rule.reason === decision.reason; });
    var last = rules[rules.length - 1];
    return words(decision.route) + ': ' + (last ? last.sentence : words(decision.reason));
  }

  function ticketCard(ticket) {
    return el('button', {
      type: 'button',
      class: 'card',
      'aria-current': String(ticket.ticket_id === chosen),
      on: { click: function () { choose(ticket.ticket_id); } },
    },
      el('span', { class: 'row' },
        el('strong', {}, ticket.ticket_id), el('span', {}, words(ticket.status)), level(ticket)),
      el('span', {}, ticket.title || ticket.description.slice(0, 140)),
      el('br'),
      el('span', { class: 'quiet' }, ticket.category + ' \\u00b7 ' +
        (ticket.remediation_decision ? deciding(ticket.remediation_decision) : 'not decided yet')));
  }

  function breakdown(ticket) {
    if (!ticket.breakdown) return null;
    return el('table', {}, Object.keys(ticket.breakdown).map(function (name) {
      return el('tr', {},
        el('th', { scope: 'row' }, words(name)),
        el('td', {}, ticket.breakdown[name]),
        el('td', {}, el('meter', { min: 0, max: 100, value: ticket.factors[name], 'aria-label': words(name) })));
    }));
  }

  function analysis(ticket) {
    if (!ticket.analysis) return el('p', {}, 'It is being analysed.');
    return [
      el('p', {}, ticket.analysis.summary),
      ticket.analysis.root_cause ? el('p', {}, 'Cause: ' + ticket.analysis.root_cause) : null,
      el('ul', {}, ticket.analysis.evidence.map(function (line) { return el('li', {}, line); })),
      ticket.analysis.plan ? el('pre', {}, show(ticket.analysis.plan.actions)) : el('p', {}, 'No plan is proposed.'),
    ];
  }

  function because(decision) {
    if (!decision) return null;
    return el('ol', {}, decision.because.map(function (rule) {
      return el('li', {}, (rule.applies ? '\\u25b6 ' : '') + rule.sentence + ' ',
        el('span', { class: 'quiet' }, '(' + (rule.rule === 'finding' ? 'finding' : 'rule ' + rule.rule) + ', ' +
          JSON.stringify(rule.inputs) + ')'));
    }));
  }

  function approval(ticket) {
    var remediation = ticket.remediation;
    if (!remediation || remediation.state !== 'awaiting_approval' || !remediation.approval) return null;
    var asked = remediation.approval;
    var comment = el('input', { placeholder: 'Comment', 'aria-label': 'Comment' });
    var reason = el('select', { 'aria-label': 'Reason of a rejection' },
      ['other', 'wrong_action', 'wrong_target', 'not_now', 'duplicate'].map(function (code) {
        return el('option', { value: code }, words(code));
      }));
    function answer(approve) {
      // Exactly what is shown here is answered; anything newer is refused by the API.
      var body = { approve: approve, approval_id: asked.approval_id, binding_hash: asked.binding_hash };
      if (comment.value) body.comment = comment.value;
      if (!approve) body.reason_code = reason.value;
      act(api('POST', '/tickets/' + encodeURIComponent(ticket.ticket_id) + '/approve-remediation', body),
        approve ? 'Approved.' : 'Rejected.');
    }
    return el('div', { class: 'card' },
      el('h3', {}, 'Waits for approval'),
      el('p', {}, asked.approvals.length + ' of ' + asked.needed + ' said yes. Until ' + time(asked.expires_at) + '.'),
      el('pre', {}, show(asked.shown)),
      el('p', { class: 'quiet' }, 'binding ' + asked.binding_hash),
      el('div', { class: 'row' }, comment,
        el('button', { type: 'button', class: 'yes', on: { click: function () { answer(true); } } }, 'Approve exactly this'),
        reason,
        el('button', { type: 'button', class: 'no', on: { click: function () { answer(false); } } }, 'Reject')));
  }

  function feedback(ticket) {
    var comment = el('textarea', { rows: 2 });
    var actual = el('textarea', { rows: 2 });
    var worked = el('select', {}, ['', 'yes', 'no'].map(function (value) {
      return el('option', { value: value }, value === '' ? 'not said' : value);
    }));
    var stars = [1, 2, 3, 4, 5].map(function (count) {
      return el('input', { type: 'radio', name: 'stars', value: String(count), required: true });
    });
    return el('form', { class: 'stack', on: { submit: function (event) {
      event.preventDefault();
      var rating = Number(stars.filter(function (star) { return star.checked; })[0].value);
      act(api('POST', '/feedback', {
        ticket_id: ticket.ticket_id,
        feedback_type: rating >= 4 ? 'positive' : rating <= 2 ? 'negative' : 'neutral',
        rating: rating,
        actions_worked: worked.value === '' ? null : worked.value === 'yes',
        comment: comment.value || null,
        actual_resolution: actual.value || null,
      }), 'Thank you: the score was computed again.');
    } } },
      el('fieldset', {}, el('legend', {}, 'Stars'), stars.map(function (star) {
        return el('label', {}, star, '\\u2605'.repeat(Number(star.value)));
      })),
      el('label', {}, 'Did the actions work?', worked),
      el('label', {}, 'Comment', comment),
      el('label', {}, 'What fixed it, if something else did', actual),
      el('div', {}, el('button', { type: 'submit' }, 'Send feedback')));
  }

  function log(rows) {
    if (rows.length === 0) return el('p', { class: 'quiet' }, 'Nothing has happened yet.');
    return el('ol', {}, rows.map(function (row) {
      return el('li', {}, row.sentence + ' ', el('span', { class: 'quiet' }, time(row.at) + ', ' + row.actor));
    }));
  }

  /** Parts of one ticket are painted apart, so that a new log row does not empty a form. */
  function paintTicket(ticket, rows) {
    paint('detail', ticket.ticket_id, function () {
      delete shown['t-head'];
      delete shown['t-approval'];
      delete shown['t-body'];
      delete shown['t-log'];
      return [
        el('div', { id: 't-head' }), el('div', { id: 't-approval' }), el('div', { id: 't-body' }),
        el('h3', {}, 'Log'), el('div', { id: 't-log' }),
        el('h3', {}, 'Feedback'), feedback(ticket),
      ];
    });
    paint('t-head', [ticket.status, ticket.reliability_score, ticket.remediation], function () {
      return [
        el('h2', {}, ticket.ticket_id + (ticket.title ? ': ' + ticket.title : '')),
        el('p', { class: 'row' }, el('span', {}, words(ticket.status)), level(ticket),
          el('span', { class: 'quiet' }, ticket.enable_auto_remediation ? 'opted in' : 'not opted in'),
          el('button', { type: 'button', on: { click: function () { choose(null); } } }, 'Close')),
        ticket.remediation ? el('p', {}, 'Remediation: ' + words(ticket.remediation.state) +
          (ticket.remediation.reason ? ' (' + words(ticket.remediation.reason) + ')' : '')) : '',
      ];
    });
    paint('t-approval', ticket.remediation, function () { return approval(ticket) || ''; });
    paint('t-body', [ticket.analysis, ticket.factors, ticket.remediation_decision], function () {
      return [
        el('p', {}, ticket.description),
        el('h3', {}, 'Analysis'), el('div', {}, analysis(ticket)),
        el('h3', {}, 'Reliability'), breakdown(ticket) || '',
        el('h3', {}, 'Decision'),
        ticket.remediation_decision ? el('p', {}, deciding(ticket.remediation_decision)) : '',
        because(ticket.remediation_decision) || '',
      ];
    });
    paint('t-log', rows, function () { return log(rows); });
  }

  function patternCard(pattern) {
    return el('div', { class: 'card' },
      el('div', { class: 'row' }, el('strong', {}, pattern.title), el('span', { class: 'quiet' }, pattern.category)),
      el('ul', {}, pattern.actions.map(function (action) {
        var rate = action.auto_remediation_success_rate;
        return el('li', {},
          el('strong', {}, action.action_type + ': ' + action.standing), ', ' + action.occurrence_count +
          ' occurrences, success ' + (rate === null ? 'unknown' : Math.round(rate * 100) + '%') +
          ', average reliability ' + action.avg_reliability_score.toFixed(1),
          action.lacking.length === 0 ? null : el('div', { class: 'quiet' }, 'Lacks: ' + action.lacking.join('; ')));
      })));
  }

  function haltView(halts) {
    var reason = el('input', { required: true, maxLength: 500 });
    return [
      el('form', { class: 'stack', on: { submit: function (event) {
        event.preventDefault();
        act(api('POST', '/halt', { reason: reason.value }), 'Halted: nothing more is written.');
      } } },
        el('label', {}, 'Why everything should stop', reason),
        el('div', {}, el('button', { type: 'submit', class: 'stop' }, 'Stop all writes now'))),
      el('h3', {}, 'In force'),
      halts.length === 0 ? el('p', {}, 'None.') : '',
    ].concat(halts.map(function (halt) {
      return el('div', { class: 'card' },
        el('p', {}, (halt.category || 'everything') + ': ' + halt.reason),
        el('p', { class: 'quiet' }, halt.by + ', ' + time(halt.at)),
        halt.scope === 'global' ? '' : el('button', { type: 'button', on: { click: function () {
          act(api('DELETE', '/halt/' + encodeURIComponent(halt.halt_id)), 'Lifted.');
        } } }, 'Lift'));
    }));
  }

  function showHalts(halts) {
    byId('halted').hidden = halts.length === 0;
    byId('halted').textContent = halts.length === 0 ? '' :
      '\\u25a0 Halted: ' + halts.map(function (halt) { return (halt.category || 'everything') + ' (' + halt.reason + ')'; }).join('; ');
  }

  function empty(text) { return el('p', { class: 'quiet' }, text); }

  function paintList(items, card, none) {
    paint('list', [view, chosen, items], function () { return items.length === 0 ? empty(none) : items.map(card); });
  }

  function refreshView(halts) {
    if (view === 'patterns') {
      return api('GET', '/patterns?limit=100').then(function (page) {
        paintList(page.items, patternCard, 'No pattern was learned yet.');
      });
    }
    if (view === 'halt') {
      paint('list', ['halt', halts], function () { return haltView(halts); });
      return Promise.resolve();
    }
    var asked = view;
    return api('GET', (asked === 'approvals' ? '/approvals' : '/tickets') + '?limit=100').then(function (page) {
      if (asked !== view) return;
      paintList(page.items, ticketCard, asked === 'approvals' ? 'Nothing waits for approval.' : 'There is no ticket yet.');
    });
  }

  function refreshTicket() {
    if (chosen === null || view === 'patterns' || view === 'halt') {
      paint('detail', null, function () { return []; });
      return Promise.resolve();
    }
    var id = chosen;
    var path = '/tickets/' + encodeURIComponent(id);
    return Promise.all([api('GET', path), api('GET', path + '/remediation-logs')]).then(function (answers) {
      if (id === chosen) paintTicket(answers[0], answers[1].items);
    });
  }

  function refresh() {
    if (!sessionStorage.getItem(KEY)) return Promise.resolve();
    if (busy) {
      again = true;
      return Promise.resolve();
    }
    busy = true;
    return api('GET', '/halt').then(function (page) {
      byId('main').hidden = false;
      byId('sign-out').hidden = false;
      byId('main').className = view === 'patterns' || view === 'halt' ? 'single' : '';
      showHalts(page.items);
      return refreshView(page.items).then(refreshTicket);
    }).catch(function (error) { say(error.message); }).then(function () {
      busy = false;
      if (!again) return undefined;
      again = false;
      return refresh();
    });
  }

  function choose(id) {
    chosen = id;
    refresh();
  }

  function open(name) {
    view = name;
    document.querySelectorAll('[data-view]').forEach(function (button) {
      button.setAttribute('aria-current', String(button.dataset.view === view));
    });
    refresh();
  }

  document.querySelectorAll('[data-view]').forEach(function (button) {
    button.addEventListener('click', function () { open(button.dataset.view); });
  });
  byId('sign-out').addEventListener('click', function () { askForToken(); });
  byId('sign-in').addEventListener('submit', function (event) {
    event.preventDefault();
    sessionStorage.setItem(KEY, byId('token').value.trim());
    byId('token').value = '';
    byId('sign-in').hidden = true;
    say('');
    shown = {};
    refresh();
  });
  if (!sessionStorage.getItem(KEY)) askForToken();
  open('tickets');
  setInterval(refresh, POLL_MS);
})();
`;
