Feature: Invalid request bodies

  @remote
  Scenario Outline: Unsupported media type: <body>
    When a client sends the refresh endpoint <body>
    Then the request is rejected with 415 unsupported_media_type

    Examples:
      | body                            |
      | plain text                      |
      | a form                          |
      | a multipart form                |
      | JSON with an unknown media type |
      | JSON in UTF-16                  |
      | JSON in Latin-1                 |
      | JSON without a media type       |

  @remote
  Scenario: Unknown content encoding
    When a client sends the refresh endpoint JSON with an unknown content coding
    Then the request is rejected with 415 unsupported_media_type
    And the response header Accept-Encoding is "gzip, deflate, br, identity"

  @remote
  Scenario Outline: Duplicate members: <body>
    When a client sends the refresh endpoint <body>
    Then the request is rejected with 400 malformed_json
    And the response has detail "An object in the body has the member \"refresh_token\" more than once."

    Examples:
      | body                             |
      | a duplicate member               |
      | a duplicate member, once escaped |
      | a nested duplicate member        |

  @remote
  Scenario Outline: Malformed JSON: <body>
    When a client sends the refresh endpoint <body>
    Then the request is rejected with 400 malformed_json
    And the response contains no internal details

    Examples:
      | body                            |
      | a truncated object              |
      | an object in single quotes      |
      | an object with a trailing comma |
      | an object with a comment        |
      | two objects                     |
      | NaN                             |
      | invalid UTF-8                   |
      | a raw NUL                       |
      | only spaces                     |
      | 100,000 brackets                |

  @remote
  Scenario Outline: Wrong content encoding: <body>
    When a client sends the refresh endpoint <body>
    Then the request is rejected with 400 bad_encoding
    And the response contains no internal details

    Examples:
      | body                       |
      | plain JSON labeled gzip    |
      | plain JSON labeled deflate |
      | plain JSON labeled brotli  |
      | truncated gzip             |
      | truncated deflate          |

  @remote
  Scenario Outline: Body too large: <body>
    When a client sends the refresh endpoint <body>
    Then the request is rejected with 413 payload_too_large

    Examples:
      | body                   |
      | 1 MB                   |
      | 1 MB in chunks         |
      | 10 MB in 10 kB of gzip |

  @remote
  Scenario Outline: Invalid content: <body>
    When a client sends the refresh endpoint <body>
    Then the request is rejected with 422 validation_failed

    Examples:
      | body                      |
      | an array                  |
      | a string                  |
      | a number                  |
      | null                      |
      | an empty body             |
      | arrays nested 10,000 deep |
      | an unknown member         |
      | a __proto__ member        |
      | a constructor member      |
      | the member in capitals    |
      | an object as the token    |
      | an array as the token     |
      | a number as the token     |
      | null as the token         |

  @remote
  Scenario: A valid gzip body
    When a client sends the refresh endpoint valid gzip
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: A larger limit
    Given the operator has set server.bodyLimit to 2mb
    When a client sends the refresh endpoint 1 MB
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: A smaller limit
    Given Ada is logged in
    And the operator has set server.bodyLimit to 1kb
    When Ada changes her description to 2,001 characters
    Then the request is rejected with 413 payload_too_large
