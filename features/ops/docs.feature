Feature: The contract, to read and to try

  @remote
  Scenario: The contract is complete
    When somebody asks for the contract
    Then it documents every endpoint, with every status that it can answer
    And it documents nothing that is not there

  @remote
  Scenario: The page
    When somebody opens the documentation
    Then it is a page that loads nothing from elsewhere

  @remote
  Scenario Outline: What the page needs: <file>
    When somebody loads "<file>" for the documentation
    Then it is of the type "<type>"

    Examples:
      | file                 | type                           |
      | swagger-ui.css       | text/css; charset=utf-8        |
      | docs.css             | text/css; charset=utf-8        |
      | swagger-ui-bundle.js | text/javascript; charset=utf-8 |
      | start.js             | text/javascript; charset=utf-8 |

  @remote
  Scenario Outline: What the page does not need: <file>
    When somebody loads "<file>" for the documentation
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
  Scenario Outline: <path> is sent in the coding <coding>
    When a client that accepts "<accepted>" asks for "<path>"
    Then it is sent in the coding "<coding>", for this coding alone
    And it is the same as without a coding

    Examples:
      | path                       | accepted              | coding   |
      | /openapi.json              | br, gzip              | br       |
      | /openapi.json              | gzip                  | gzip     |
      | /openapi.json              | br;q=0, gzip          | gzip     |
      | /openapi.json              | zstd                  | identity |
      | /docs/swagger-ui-bundle.js | gzip, deflate, br     | br       |
      | /docs/swagger-ui.css       | gzip                  | gzip     |
      | /pages/link.js             | br                    | br       |

  @remote
  Scenario Outline: A client that has <path> in the coding <coding> does not get it again
    Given a client that accepts "<coding>" asks for "<path>"
    When it asks again with the entity tag that it got
    Then it is not modified

    Examples:
      | path          | coding   |
      | /openapi.json | br       |
      | /openapi.json | gzip     |
      | /openapi.json | identity |
      | /docs/docs.css | identity |
      | /docs          | identity |
      | /pages/link.js | br       |
      | /.well-known/oauth-authorization-server | identity |

  Scenario: Responses with tokens are not compressed
    Given Ada has an account
    When Ada logs in, accepting "br, gzip"
    Then it is sent in no coding

  @remote
  Scenario: The page must not be shown in a frame
    When somebody opens the documentation
    Then no page may frame it

  @proves:docs.enabled
  Scenario: The operator hides the documentation, and shows it again
    Given somebody opens the documentation
    And the request succeeds
    When the operator sets docs.enabled to false
    And somebody opens the documentation
    Then the request is rejected with 404 not_found
    When somebody asks for the contract
    Then the request is rejected with 404 not_found
    When the operator sets docs.enabled to true
    And somebody asks for the contract
    Then it documents nothing that is not there

  Scenario: Hidden documentation hides its parts
    Given the operator has set docs.enabled to false
    When somebody loads "start.js" for the documentation
    Then the request is rejected with 404 not_found
