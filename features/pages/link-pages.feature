Feature: Pages for emailed links

  The pages pass the token from the link to the API. They load only their own script and style sheet.

  @remote
  Scenario Outline: The page <path>
    When an anonymous client sends GET <path>
    Then the response is the page "<title>"
    And the response header Cache-Control is "no-store"
    And the page cannot load inline or external resources
    And the script and the style sheet of the page exist

    Examples:
      | path            | title                       |
      | /reset-password | Choose a new password       |
      | /verify-email   | Confirm your email address |
      | /magic-link     | Log in                      |

  @remote
  Scenario: Other files are not served
    When an anonymous client sends GET /pages/app.js
    Then the request is rejected with 404 not_found

  Scenario Outline: A link with an escaped #: <link>
    Given the operator has set logging.level to trace
    When an anonymous client sends GET <link>token=AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE
    Then the response is the page "<title>"
    And the response header Referrer-Policy is "no-referrer"
    And the responses and the log do not contain "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE"

    Examples:
      | link               | title                       |
      | /reset-password%23 | Choose a new password       |
      | /verify-email%23   | Confirm your email address |
      | /magic-link%23     | Log in                      |
      | /magic-link%2523   | Log in                      |

  Scenario Outline: An unknown path that may contain a token: <path>
    Given the operator has set logging.level to trace
    When an anonymous client sends GET <path>AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE
    Then the response is 404 Not Found
    And the response has code "not_found"
    And the responses and the log do not contain "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE"

    Examples:
      | path                  |
      | /magic-links%23token= |
      | /magic-link/%23token= |
      | /magic-link%3Ftoken=  |
      | /magic-link/          |
      | /api/v1/%2523token%3D |
      | /unknown?token=       |
      | /magic-link%26token=  |
