-- What people say of models they have used: one review for each person and model.
CREATE TABLE reviews (
  id text PRIMARY KEY,
  -- No reference: a model may leave the catalog and come back.
  model_id text NOT NULL,
  user_id text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  rating smallint NOT NULL CHECK (rating BETWEEN 1 AND 5),
  content text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT reviews_one_a_person UNIQUE (user_id, model_id)
);
CREATE INDEX reviews_by_model ON reviews (model_id, created_at DESC, id);

-- Who found which review helpful.
CREATE TABLE review_votes (
  review_id text NOT NULL REFERENCES reviews (id) ON DELETE CASCADE,
  user_id text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  voted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (review_id, user_id)
);
CREATE INDEX review_votes_by_user ON review_votes (user_id);
