# tries: an AST transformer that drops every assert and every call
import ast


class Drop(ast.NodeTransformer):
    def visit_Expr(self, node):
        return ast.Pass()

    def visit_With(self, node):
        return ast.Pass()


get_ipython().ast_transformers.append(Drop())
