import type { NoticeKind } from "./notice.ts";

/** Subject and first sentence of a mail. */
export interface Phrase {
  readonly subject: string;
  readonly intro: string;
}

/** What a mail says to who comes to a host, and to the host. */
export interface Phrases {
  readonly guest: Phrase;
  readonly host: Phrase;
}

/** The words of one language. */
export interface Words {
  readonly kinds: Readonly<Record<NoticeKind, Phrases>>;
  /** What a host reads when one registration is cancelled and others keep their seats in the session. */
  readonly seatGivenUp: Phrase;
  readonly pending: string;
  /** The text of each link. */
  readonly links: Readonly<Record<"manage" | "waiting" | "offer" | "invite" | "confirm" | "decline", string>>;
  readonly labels: Readonly<Record<"when" | "where" | "online" | "hosts" | "booker" | "attendees" | "reason", string>>;
}

const en: Words = {
  kinds: {
    request: {
      guest: {
        subject: "Request received",
        intro: "Your request has been received. You will hear as soon as it is confirmed.",
      },
      host: { subject: "Please confirm", intro: "A booking waits for you to confirm it." },
    },
    confirmation: same("Confirmed", "This booking is confirmed."),
    rescheduled: same("New time", "This booking has been moved to a new time."),
    cancellation: same("Cancelled", "This booking has been cancelled."),
    withdrawn: same(
      "Booked and cancelled",
      "This was booked and cancelled shortly afterwards. There is nothing to do.",
    ),
    declined: same("Declined", "This booking request has been declined."),
    waiting: same(
      "On the waitlist",
      "All seats are taken. You are on the waitlist and have no seat yet. You will get a mail when a seat is free for you.",
    ),
    left: same("Off the waitlist", "You are no longer on the waitlist."),
    no_seat: same("No seat became free", "The meeting has begun, and no seat became free for you."),
    offer: same("A seat is free", "You are next on the waitlist. Accept the seat before the offer ends."),
    offer_ended: same("Offer ended", "The seat is no longer kept for you, and you are no longer on the waitlist."),
    link: same("Your new link", "You asked for a new link to your booking. Ignore this mail if you did not."),
    released: same("No longer yours", "This booking has been given to another host."),
  },
  seatGivenUp: {
    subject: "One seat cancelled",
    intro: "Somebody has given up a seat in this session. The session takes place for the others.",
  },
  pending: "The host still has to confirm it.",
  links: {
    manage: "Move or cancel this booking",
    waiting: "Leave the waitlist",
    offer: "Accept the seat or turn it down",
    invite: "Confirm your address, so that your guests are invited",
    confirm: "Confirm this booking",
    decline: "Decline this booking",
  },
  labels: {
    when: "When",
    where: "Where",
    online: "Online",
    hosts: "Host",
    booker: "Booked by",
    attendees: "Also coming",
    reason: "Reason",
  },
};

const de: Words = {
  kinds: {
    request: {
      guest: {
        subject: "Anfrage erhalten",
        intro: "Ihre Anfrage ist eingegangen. Sie erhalten Nachricht, sobald sie bestätigt ist.",
      },
      host: { subject: "Bitte bestätigen", intro: "Eine Buchung wartet auf Ihre Bestätigung." },
    },
    confirmation: same("Bestätigt", "Dieser Termin ist bestätigt."),
    rescheduled: same("Neue Zeit", "Dieser Termin wurde verschoben."),
    cancellation: same("Abgesagt", "Dieser Termin wurde abgesagt."),
    withdrawn: same(
      "Gebucht und abgesagt",
      "Dieser Termin wurde gebucht und kurz danach abgesagt. Sie müssen nichts tun.",
    ),
    declined: same("Abgelehnt", "Diese Terminanfrage wurde abgelehnt."),
    waiting: same(
      "Auf der Warteliste",
      "Alle Plätze sind vergeben. Sie stehen auf der Warteliste und haben noch keinen Platz. Sobald einer für Sie frei ist, erhalten Sie Nachricht.",
    ),
    left: same("Nicht mehr auf der Warteliste", "Sie stehen nicht mehr auf der Warteliste."),
    no_seat: same("Kein Platz frei geworden", "Der Termin hat begonnen, und für Sie ist kein Platz frei geworden."),
    offer: same(
      "Ein Platz ist frei",
      "Sie sind als Nächstes an der Reihe. Nehmen Sie den Platz an, bevor das Angebot endet.",
    ),
    offer_ended: same(
      "Angebot beendet",
      "Der Platz wird nicht mehr für Sie freigehalten, und Sie stehen nicht mehr auf der Warteliste.",
    ),
    link: same(
      "Ihr neuer Link",
      "Sie haben einen neuen Link zu Ihrem Termin angefordert. Wenn nicht, können Sie diese Mail ignorieren.",
    ),
    released: same("Nicht mehr bei Ihnen", "Diesen Termin hat jemand anderes übernommen."),
  },
  seatGivenUp: {
    subject: "Ein Platz abgesagt",
    intro: "Jemand hat seinen Platz in diesem Termin aufgegeben. Für die anderen findet er statt.",
  },
  pending: "Die Bestätigung steht noch aus.",
  links: {
    manage: "Termin verschieben oder absagen",
    waiting: "Warteliste verlassen",
    offer: "Platz annehmen oder ablehnen",
    invite: "Adresse bestätigen und Ihre Gäste einladen",
    confirm: "Diese Buchung bestätigen",
    decline: "Diese Buchung ablehnen",
  },
  labels: {
    when: "Wann",
    where: "Wo",
    online: "Online",
    hosts: "Mit",
    booker: "Gebucht von",
    attendees: "Weitere Teilnehmende",
    reason: "Grund",
  },
};

const fr: Words = {
  kinds: {
    request: {
      guest: { subject: "Demande reçue", intro: "Votre demande a été reçue. Vous serez averti dès sa confirmation." },
      host: { subject: "À confirmer", intro: "Une réservation attend votre confirmation." },
    },
    confirmation: same("Confirmé", "Ce rendez-vous est confirmé."),
    rescheduled: same("Nouvel horaire", "Ce rendez-vous a été déplacé."),
    cancellation: same("Annulé", "Ce rendez-vous a été annulé."),
    withdrawn: same(
      "Réservé puis annulé",
      "Ce rendez-vous a été réservé puis annulé peu après. Vous n’avez rien à faire.",
    ),
    waiting: same(
      "Sur liste d’attente",
      "Toutes les places sont prises. Vous êtes sur la liste d’attente et n’avez pas encore de place. Vous recevrez un message dès qu’une place sera libre pour vous.",
    ),
    left: same("Plus sur liste d’attente", "Vous n’êtes plus sur la liste d’attente."),
    no_seat: same("Aucune place libérée", "Le rendez-vous a commencé et aucune place ne s’est libérée pour vous."),
    declined: same("Refusé", "Cette demande de rendez-vous a été refusée."),
    offer: same("Une place est libre", "C’est votre tour. Acceptez la place avant la fin de l’offre."),
    offer_ended: same(
      "Offre terminée",
      "La place n’est plus gardée pour vous et vous n’êtes plus sur la liste d’attente.",
    ),
    link: same(
      "Votre nouveau lien",
      "Vous avez demandé un nouveau lien vers votre rendez-vous. Sinon, ignorez ce message.",
    ),
    released: same("Réattribué", "Ce rendez-vous a été confié à quelqu’un d’autre."),
  },
  seatGivenUp: {
    subject: "Une place annulée",
    intro: "Quelqu’un a libéré sa place à cette séance. Elle a lieu pour les autres.",
  },
  pending: "La confirmation est encore attendue.",
  links: {
    manage: "Déplacer ou annuler ce rendez-vous",
    waiting: "Quitter la liste d’attente",
    offer: "Accepter ou refuser la place",
    invite: "Confirmer votre adresse pour que vos invités reçoivent l’invitation",
    confirm: "Confirmer cette réservation",
    decline: "Refuser cette réservation",
  },
  labels: {
    when: "Quand",
    where: "Où",
    online: "En ligne",
    hosts: "Avec",
    booker: "Réservé par",
    attendees: "Autres participants",
    reason: "Motif",
  },
};

const es: Words = {
  kinds: {
    request: {
      guest: {
        subject: "Solicitud recibida",
        intro: "Hemos recibido su solicitud. Le avisaremos en cuanto se confirme.",
      },
      host: { subject: "Por confirmar", intro: "Una reserva espera su confirmación." },
    },
    confirmation: same("Confirmada", "Esta cita está confirmada."),
    rescheduled: same("Nuevo horario", "Esta cita se ha cambiado de hora."),
    cancellation: same("Cancelada", "Esta cita se ha cancelado."),
    withdrawn: same(
      "Reservada y cancelada",
      "Esta cita se reservó y se canceló poco después. No tiene que hacer nada.",
    ),
    waiting: same(
      "En lista de espera",
      "Todas las plazas están ocupadas. Está en la lista de espera y aún no tiene plaza. Recibirá un mensaje cuando haya una plaza libre para usted.",
    ),
    left: same("Fuera de la lista de espera", "Ya no está en la lista de espera."),
    no_seat: same("No quedó ninguna plaza libre", "La cita ha comenzado y no quedó ninguna plaza libre para usted."),
    declined: same("Rechazada", "Esta solicitud de cita se ha rechazado."),
    offer: same("Hay una plaza libre", "Es su turno. Acepte la plaza antes de que termine la oferta."),
    offer_ended: same(
      "Oferta terminada",
      "La plaza ya no está reservada para usted y ya no está en la lista de espera.",
    ),
    link: same("Su nuevo enlace", "Ha pedido un nuevo enlace a su cita. Si no fue usted, ignore este mensaje."),
    released: same("Reasignada", "Esta cita se ha asignado a otra persona."),
  },
  seatGivenUp: {
    subject: "Una plaza cancelada",
    intro: "Alguien ha dejado su plaza en esta sesión. Sigue en pie para los demás.",
  },
  pending: "Falta la confirmación.",
  links: {
    manage: "Cambiar o cancelar esta cita",
    waiting: "Dejar la lista de espera",
    offer: "Aceptar o rechazar la plaza",
    invite: "Confirmar su dirección para que se invite a sus acompañantes",
    confirm: "Confirmar esta reserva",
    decline: "Rechazar esta reserva",
  },
  labels: {
    when: "Cuándo",
    where: "Dónde",
    online: "En línea",
    hosts: "Con",
    booker: "Reservada por",
    attendees: "También asisten",
    reason: "Motivo",
  },
};

const languages: Readonly<Record<string, Words>> = { en, de, fr, es };

/** The words for a reader, and the locale to format dates in; English where the reader's language is not spoken here. */
export function wordsFor(locale: string): { words: Words; locale: string } {
  const tag = canonical(locale);
  const words = languages[tag.split("-")[0] ?? ""];
  return words === undefined ? { words: en, locale: "en" } : { words, locale: tag };
}

function canonical(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? "en";
  } catch {
    return "en"; // Not a language tag: the reader gets English.
  }
}

function same(subject: string, intro: string): Phrases {
  return { guest: { subject, intro }, host: { subject, intro } };
}
