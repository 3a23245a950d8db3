Feature: Bodies that are not what they should be

  @remote
  Scenario Outline: A body that is <body> is not read
    When somebody asks for new tokens and sends <body>
    Then it is refused with 415 unsupported_media_type

    Examples:
      | body                        |
      | plain text                  |
      | a form                      |
      | a multipart form            |
      | JSON under an unknown type  |
      | JSON in UTF-16              |
      | JSON in Latin-1             |
      | JSON without a type         |

  @remote
  Scenario: A content coding that is unknown is refused with the ones that are known
    When somebody asks for new tokens and sends JSON in an unknown encoding
    Then it is refused with 415 unsupported_media_type
    And it accepts the content codings "gzip, deflate, br, identity"

  @remote
  Scenario Outline: A body with <body> is refused: readers disagree on which one counts
    When somebody asks for new tokens and sends <body>
    Then it is refused with 400 malformed_json
    And its detail is "An object in the body has the member \"refresh_token\" more than once."

    Examples:
      | body                            |
      | a field given twice             |
      | a field given twice, once escaped |
      | a nested field given twice      |

  @remote
  Scenario Outline: A body that is <body> is no JSON
    When somebody asks for new tokens and sends <body>
    Then it is refused with 400 malformed_json
    And it tells nothing of the inside

    Examples:
      | body                           |
      | half of an object              |
      | an object in single quotes     |
      | an object with a comma too many |
      | an object with a comment       |
      | two objects                    |
      | a number that is none          |
      | bytes that are no UTF-8        |
      | a raw NUL                      |
      | only spaces                    |
      | 100,000 brackets               |

  @remote
  Scenario Outline: A body that is <body> lies
    When somebody asks for new tokens and sends <body>
    Then it is refused with 400 bad_encoding
    And it tells nothing of the inside

    Examples:
      | body                          |
      | plain JSON said to be gzip    |
      | plain JSON said to be deflate |
      | plain JSON said to be brotli  |
      | half of a gzip                |
      | half of a deflate             |

  @remote
  Scenario Outline: A body of <body> is too large
    When somebody asks for new tokens and sends <body>
    Then it is refused with 413 payload_too_large

    Examples:
      | body                     |
      | 1 MB                     |
      | 1 MB in chunks           |
      | 10 MB in a gzip of 10 kB |

  @remote
  Scenario Outline: A body that is <body> does not fit
    When somebody asks for new tokens and sends <body>
    Then it is refused with 422 validation_failed

    Examples:
      | body                             |
      | a list                           |
      | a text                           |
      | a number                         |
      | null                             |
      | nothing                          |
      | a list inside lists, 10,000 deep |
      | a field too many                 |
      | a field __proto__                |
      | a field constructor              |
      | the field in capitals            |
      | an object for the token          |
      | a list for the token             |
      | a number for the token           |
      | null for the token               |

  @remote
  Scenario: A gzip that does not lie
    When somebody asks for new tokens in a gzip
    Then it is refused with 401 invalid_refresh_token

  Scenario: The operator allows larger bodies
    Given the operator has set server.bodyLimit to 2mb
    When somebody asks for new tokens and sends 1 MB
    Then it is refused with 401 invalid_refresh_token

  Scenario: The operator allows small bodies only
    Given Ada is logged in
    And the operator has set server.bodyLimit to 1kb
    When Ada changes the description to 2,001 letters
    Then it is refused with 413 payload_too_large
