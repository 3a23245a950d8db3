Feature: API document and documentation page

  @remote
  Scenario: The API document is complete
    When an anonymous client requests the API document
    Then the API document describes every endpoint with all its statuses
    And the API document describes only existing endpoints

  @remote
  Scenario: Documentation page
    When an anonymous client requests the documentation page
    Then the page loads nothing from other hosts

  @remote
  Scenario Outline: File of the page: <file>
    When an anonymous client sends GET /docs/<file>
    Then the response is 200 OK
    And the response header Content-Type is "<type>"

    Examples:
      | file                 | type                           |
      | swagger-ui.css       | text/css; charset=utf-8        |
      | docs.css             | text/css; charset=utf-8        |
      | swagger-ui-bundle.js | text/javascript; charset=utf-8 |
      | start.js             | text/javascript; charset=utf-8 |

  @remote
  Scenario Outline: Other file: <file>
    When an anonymous client sends GET /docs/<file>
    Then the request is rejected with 404 not_found

    Examples:
      | file                   |
      | package.json           |
      | ..%2Fpackage.json      |
      | ..%2F..%2Fpackage.json |
      | __proto__              |
      | toString               |
      | %00                    |

  @remote
  Scenario Outline: <path> with Accept-Encoding <accepted>
    When an anonymous client sends GET <path> with Accept-Encoding "<accepted>"
    Then the response has the encoding "<encoding>", and its ETag is for this encoding only
    And its decoded body is the same as without an encoding

    Examples:
      | path                       | accepted          | encoding |
      | /openapi.json              | br, gzip          | br       |
      | /openapi.json              | gzip              | gzip     |
      | /openapi.json              | br;q=0, gzip      | gzip     |
      | /openapi.json              | zstd              | identity |
      | /docs/swagger-ui-bundle.js | gzip, deflate, br | br       |
      | /docs/swagger-ui.css       | gzip              | gzip     |
      | /pages/link.js             | br                | br       |

  @remote
  Scenario Outline: Conditional request for <path> with the encoding <encoding>
    When an anonymous client sends GET <path> with Accept-Encoding "<encoding>"
    And an anonymous client sends GET <path> with Accept-Encoding "<encoding>" and the ETag of the last response
    Then the response is 304 Not Modified

    Examples:
      | path                                    | encoding |
      | /openapi.json                           | br       |
      | /openapi.json                           | gzip     |
      | /openapi.json                           | identity |
      | /docs/docs.css                          | identity |
      | /docs                                   | identity |
      | /pages/link.js                          | br       |
      | /.well-known/oauth-authorization-server | identity |

  Scenario: Responses with tokens are not compressed
    Given Ada has an account
    When Ada logs in with Accept-Encoding "br, gzip"
    Then the request succeeds
    Then the response has no Content-Encoding header

  @remote
  Scenario: The page cannot be embedded in a frame
    When an anonymous client requests the documentation page
    Then the response header X-Frame-Options is "DENY"
    And the response header Content-Security-Policy contains "frame-ancestors 'none'"

  @proves:docs.enabled
  Scenario: Disabling and enabling the documentation
    When an anonymous client requests the documentation page
    Then the request succeeds
    When the operator sets docs.enabled to false
    And an anonymous client requests the documentation page
    Then the request is rejected with 404 not_found
    When an anonymous client requests the API document
    Then the request is rejected with 404 not_found
    When the operator sets docs.enabled to true
    And an anonymous client requests the API document
    Then the API document describes only existing endpoints

  Scenario: Files of the disabled documentation
    Given the operator has set docs.enabled to false
    When an anonymous client sends GET /docs/start.js
    Then the request is rejected with 404 not_found
