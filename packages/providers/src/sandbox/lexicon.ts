/** Words that tell what is asked, in English, German, French and Spanish, without accents. A star stands for any ending. */

export const PRICE = (
  'price*|pricing|cost|costs|costing|how much|expensive|rate|rates|per token|preis*|kostet|kosten|teuer|wie viel kost*|prix|cout*|combien|tarif*|' +
  'precio*|cuesta*|cuanto*|coste*|vale'
).split('|');

export const CHEAP = (
  'cheap*|budget|affordable|inexpensive|low cost|lowest price|lowest cost|least expensive|low price*|economical|gunstig*|billig*|preiswert*|' +
  'pas cher*|moins cher*|bon marche|economique*|barat*|economic*|mas barat*'
).split('|');

export const FREE = 'free|for free|no cost|kostenlos*|gratis|umsonst|gratuit*|sin coste'.split('|');

export const RECOMMEND = (
  'which model|what model|which one|which llm|what llm|best|recommend*|reccomend*|recomend*|suggest*|should i use|should i pick|good for|good at|suited|' +
  'suitable|need a|need an|i need|looking for|model for|models for|pick|choose|welches|welche|welcher|bestes|beste|empfehl*|empfiehl*|brauche|' +
  'suche|quel|quelle|quels|meilleur*|recommand*|conseil*|besoin|que modelo|cual|cuales|mejor*|recomien*|necesito|busco'
).split('|');

export const COMPARE =
  'compare*|comparison|vs|versus|difference*|differ|better than|vergleich*|unterschied*|oder|compar*|ou|diferencia*|or'.split(
    '|',
  );

export const RETIRED = (
  'retire*|deprecat*|successor*|replac*|discontinued|shut down|shutdown|sunset|still available|instead of|abgeschaltet|nachfolge*|ersatz|ersetz*|' +
  'remplac*|successeur*|retirad*|sucesor*|reemplaz*|sustitu*'
).split('|');

export const LIST = (
  'list|models of|models from|models by|models does|models do|what models|which models|offer*|all models|catalog*|modelle|modeles|modelos|liste|lista|' +
  'do you have|available models|welche modelle|quels modeles|que modelos'
).split('|');

export const COUNT = 'how many|number of|wie viele|combien de|nombre de|cuantos|cuantas'.split('|');

export const CONTEXT = (
  'context|context window|long document*|long text*|long pdf*|large document*|whole book|entire book|a book|books|entire codebase|whole codebase|' +
  'large codebase|long context|kontext*|lange dokument*|langer text|lange texte|ganzes buch|contexte*|document long|longs document*|long texte|contexto*|' +
  'documentos largos|texto largo|libro entero'
).split('|');

export const IDENTITY = (
  'who are you|what are you|are you a|are you an|are you the|are you chatgpt|are you gpt*|are you claude|are you gemini|are you real|are you human|are you ai|' +
  'your name|who made you|what can you do|what do you do|what can i ask|wer bist du|was bist du|bist du ein|bist du eine|was kannst du|qui es tu|qui etes vous|' +
  'es tu un|es tu une|que peux tu|que sais tu|quien eres|que eres|eres un|eres una|que puedes|que sabes'
).split('|');

export const HELP = 'help|sandbox|demo|demonstration|hilfe|hilf|aide|ayuda|ayudame'.split('|');

export const HOW_TO = (
  'how do i|how to|how can i|how do you|how does|how is|how are|where do i|where can i|where is|show me how|what is a|what is the|what happens|wie kann|' +
  'wie bekomme|wie lade|wie rufe|wie funktioniert|wie wird|wo finde|wo kann|comment|ou puis|ou trouver|como|donde|que es'
).split('|');

export const GREETING = (
  'hi|hello|hey|yo|good morning|good afternoon|good evening|greetings|howdy|hallo|guten tag|guten morgen|moin|servus|gruss*|bonjour|salut|bonsoir|coucou|' +
  'hola|buenos dias|buenas|thanks|thank you|danke|merci|gracias|ping|test'
).split('|');

/** Something a model can do, the catalog's word for it, and how people ask for it. */
export interface Need {
  capability: string;
  /** How the need reads in a sentence: "for …". */
  label: string;
  phrases: readonly string[];
}

export const NEEDS: readonly Need[] = [
  {
    capability: 'image_generation',
    label: 'making images',
    phrases: (
      'image generation|image model*|text to image|generate image*|generate an image|generate picture*|create image*|create an image|create picture*|make image*|' +
      'make an image|make picture*|draw*|paint*|logo*|illustration*|artwork|poster*|product photo*|bilder erzeug*|bilder generier*|bild erzeug*|bild erstell*|bilder erstell*|' +
      'bildgenerierung|zeichne*|generer une image|generer des images|creer une image|creer des images|dessin*|generer un logo|generar imagen*|' +
      'generar una imagen|crear imagen*|crear una imagen|dibuj*|images generieren'
    ).split('|'),
  },
  {
    capability: 'embeddings',
    label: 'embeddings and search by meaning',
    phrases:
      'embedding*|embed|vector*|semantic search|similarity|rag|retrieval|einbettung*|vektor*|plongement*|vecteur*|incrustacion*|busqueda semantica'.split(
        '|',
      ),
  },
  {
    capability: 'code',
    label: 'programming',
    phrases: (
      'code|coding|coder|codes|program*|developer*|debug*|refactor*|python|javascript|typescript|java|rust|golang|sql|c++|script*|software|unit test*|' +
      'pull request*|bug|bugs|entwickl*|quellcode|logiciel*|developp*|codigo|desarroll*'
    ).split('|'),
  },
  {
    capability: 'vision',
    label: 'reading images',
    phrases:
      'vision|multimodal|image*|picture*|photo*|screenshot*|ocr|scan*|chart*|diagram*|bild|bilder|bildern|fotos|imagen|imagenes|foto|captura*|facture*'.split(
        '|',
      ),
  },
  {
    capability: 'reasoning',
    label: 'hard reasoning',
    phrases: (
      'reason*|math*|logic*|think*|proof*|prove|complex*|hard problem*|science|research|mathe*|schlussfolger*|komplex*|logisch*|raisonn*|' +
      'razon*|complej*|matemat*'
    ).split('|'),
  },
  {
    capability: 'tools',
    label: 'calling tools',
    phrases: 'tool*|function call*|agent*|automation|automate|workflow*|werkzeug*|outil*|herramienta*|agente*'.split(
      '|',
    ),
  },
  {
    capability: 'structured_output',
    label: 'structured output',
    phrases: 'json|structured|schema*|extract*|strukturiert*|structure|estructurad*|extraer|extraire'.split('|'),
  },
  { capability: 'prompt_caching', label: 'cached prompts', phrases: 'caching|prompt cach*|cached'.split('|') },
  {
    capability: 'audio',
    label: 'audio',
    phrases: 'audio|speech|voice|transcri*|sprache erkennen|stimme|voix|voz'.split('|'),
  },
  {
    capability: 'text',
    label: 'writing and conversation',
    phrases: (
      'writ*|essay*|email*|e mail*|blog*|story|stories|poem*|summar*|translat*|chat|chatbot*|customer support|support bot|conversation*|copywriting|marketing|' +
      'schreib*|zusammenfass*|ubersetz*|text|texte|ecri*|resum*|tradu*|redac*|escrib*|correo*'
    ).split('|'),
  },
];
